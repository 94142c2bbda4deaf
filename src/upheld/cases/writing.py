"""Letters of ours: the one automatic reply and what staff answer, kept first, then sent.

A letter is written into its case in one transaction and sent afterwards under its own
Message-ID: killed in between, it is sent again, and mail programs show it once.
"""

from __future__ import annotations

import secrets
from collections import Counter
from typing import Any

from django.core.mail import EmailMessage
from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone

from upheld import mail
from upheld.cases.mailboxes import Mailbox
from upheld.cases.marks import mark_of
from upheld.conf import conf
from upheld.context import current
from upheld.datamap.active import active
from upheld.errors import MailError, RightsError

LONGEST = 20_000
MOST_ATTEMPTS = 12


def message_id(mailbox: Mailbox, case: Any, letter: Any) -> str:
    """The Message-ID of a letter of ours: made of random parts, leads to nobody."""
    host = mailbox.address.rpartition("@")[2]
    return f"<{case.token}.{letter.pk}@{host}>"


def automatic_reply(
    mailbox: Mailbox, case: Any, answers: str, *, using: str = DEFAULT_DB_ALIAS
) -> None:
    """Write the reply that says the mail arrived and when it will be erased."""
    kept = mailbox.kept()
    text = render_to_string(
        "upheld/letters/case_received.txt",
        {
            "controller": active().policy.controller.name,
            "kept": str(kept) if kept else "",
            "notice": f"{conf().SITE_URL}/privacy/",
        },
    )
    _write(mailbox, case, text, mailbox.letter.AUTOMATIC, using)


def answer(mailbox: Mailbox, case: Any, text: str, *, using: str = DEFAULT_DB_ALIAS) -> Any:
    """Answer a case as the actor in force, under the mailbox's purpose. Raises `RightsError`
    for an empty or endless text, or a closed case."""
    words = text.strip()
    if not words or len(words) > LONGEST:
        raise RightsError(
            "the answer says nothing" if not words else "the answer is too long",
            hint=f"write between 1 and {LONGEST} characters",
        )
    with transaction.atomic(using=using):
        rows = mailbox.case.objects.using(using).filter(pk=case.pk).exclude(state=case.CLOSED)
        if not rows.update(state=case.ANSWERED, last_at=timezone.now()):
            raise RightsError("the case is closed", hint="it opens again when the person writes")
        return _write(mailbox, case, words, current().actor.ref, using)


def send_waiting(mailbox: Mailbox, *, using: str = DEFAULT_DB_ALIAS) -> Counter[str]:
    """Send every letter that waits; return how many were `sent` and how many go `later`."""
    done: Counter[str] = Counter()
    with mailbox.at_work():
        letters = mailbox.letter.objects.using(using)
        waiting = letters.filter(way="out", sent_at=None, attempts__lt=MOST_ATTEMPTS)
        for letter in list(waiting.select_related("case").order_by("pk")[:200]):
            # One worker at a time sends a letter: who counts the attempt up has it.
            mine = letters.filter(pk=letter.pk, attempts=letter.attempts, sent_at=None)
            if not mine.update(attempts=F("attempts") + 1):
                continue
            try:
                mail.send(_mail(mailbox, letter, using), klass="service", subject=None)
            except (OSError, MailError):
                done["later"] += 1
                continue
            letters.filter(pk=letter.pk).update(sent_at=timezone.now())
            done["sent"] += 1
    return done


def _write(mailbox: Mailbox, case: Any, text: str, by: str, using: str) -> Any:
    letters = mailbox.letter.objects.using(using)
    letter = letters.create(
        case=case, way="out", body=text, mark=secrets.token_hex(32), by=by, at=timezone.now()
    )
    # Its mark is that of its own Message-ID, so that an answer to it finds the case.
    letters.filter(pk=letter.pk).update(
        mark=mark_of(mailbox.id, message_id(mailbox, case, letter), using)
    )
    return letter


def _mail(mailbox: Mailbox, letter: Any, using: str) -> EmailMessage:
    case = letter.case
    automatic = letter.by == letter.AUTOMATIC
    topic = " ".join(case.topic.split()) or "Your mail"
    headers = {"Message-ID": message_id(mailbox, case, letter), "Auto-Submitted": "no"}
    if automatic:
        headers["Auto-Submitted"] = "auto-replied"
    return EmailMessage(
        subject=f"{'Auto: ' if automatic else 'Re: '}{topic}"[:200],
        body=letter.body,
        from_email=mailbox.address,
        to=[case.sender],
        headers=headers,
    )
