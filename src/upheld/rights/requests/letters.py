"""Mails about a request, one at each step that concerns the person.

A letter is written in the transaction of its step and leaves after the commit; a job sends
what a crash left behind. It is claimed before it is sent, so two workers do not send it
twice; a process killed between sending and noting it sends once more rather than never.
"""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from functools import partial
from uuid import UUID

from django.core.mail import EmailMessage
from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.utils import timezone

from upheld import keyring, mail
from upheld.datamap.active import active
from upheld.policy.types import Policy
from upheld.rights.clocks import laws
from upheld.rights.requests.links import page_of
from upheld.rights.requests.matching import address_on_file
from upheld.rights.requests.models import RequestLetter, RightsRequest
from upheld.rights.requests.sealed import opened
from upheld.rights.requests.states import GROUNDS, KINDS

COLUMN = "upheld.RequestLetter"
CLAIM = timedelta(minutes=10)
GIVE_UP = timedelta(days=14)
"""So long a mail that cannot be sent is tried again; the page of the request says the same."""
_log = logging.getLogger(__name__)


def deliver(to: str, subject: str, text: str, *, klass: str = "service") -> None:
    """Hand one mail over. The one way by which mails of requests leave the house."""
    mail.send(EmailMessage(subject, text, None, [to]), klass=klass, subject=None)


def post(
    row: RightsRequest, step: str, *, to: str = "", using: str = DEFAULT_DB_ALIAS, **facts: object
) -> None:
    """Write the mail of `step` to the person; it leaves when the transaction commits.

    `to` empty = the address that the request came from, else the one on file. Nobody to write
    to = no mail: the page of the request says the same.
    """
    address = to or opened(row.contact, using)
    if not address and row.subject:
        address = address_on_file(row.subject, using)
    if "@" not in address:
        return
    policy = active().policy
    context = {
        "row": row,
        "asked": KINDS[row.kind],
        "ground": GROUNDS.get(row.reason, ""),
        "controller": policy.controller,
        "complain_to": authority(row),
        "page": page_of(row),
        **facts,
    }
    text = render_to_string(f"upheld/letters/{step}.txt", context).strip() + "\n"
    write(row, step, address, _titled(policy, step), text, using)


def write(
    row: RightsRequest, step: str, to: str, subject: str, text: str, using: str = DEFAULT_DB_ALIAS
) -> None:
    """Keep one mail until it has left."""
    letter = RequestLetter(request=row, step=step, written_at=timezone.now())
    letter.content = keyring.sealer(using).seal(
        json.dumps([to, subject, text]), column=COLUMN, subject=keeper(letter.pk)
    )
    letter.save(using=using, force_insert=True)
    transaction.on_commit(partial(_attempt, letter.pk, using), using=using)


def keeper(id: UUID) -> str:
    """The keyring's name for the key of a letter."""
    return f"letter:{id}"


def send_waiting(using: str = DEFAULT_DB_ALIAS) -> tuple[int, int]:
    """Send every letter that waits; returns how many left and how many did not."""
    waiting = list(RequestLetter.objects.using(using).values_list("pk", flat=True))
    left = sum(_attempt(pk, using) for pk in waiting)
    return left, len(waiting) - left


def _attempt(id: UUID, using: str) -> bool:
    """Send one letter unless somebody else is at it; True when it left."""
    now = timezone.now()
    rows = RequestLetter.objects.using(using).filter(pk=id)
    free = Q(claimed_at__isnull=True) | Q(claimed_at__lt=now - CLAIM)
    if not rows.filter(free).update(claimed_at=now):
        return False
    letter = rows.get()
    to, subject, text = json.loads(keyring.sealer(using).open(letter.content, column=COLUMN))
    try:
        deliver(to, subject, text)
    except Exception:  # whatever a mail server or a backend raises: it is tried again
        rows.update(claimed_at=None, failures=F("failures") + 1)
        if letter.written_at < now - GIVE_UP:
            _drop(id, using)
        # Without the traceback, which could show the address.
        _log.warning("a mail about request %s could not be sent", letter.request_id)
        return False
    _drop(id, using)
    return True


def _drop(id: UUID, using: str) -> None:
    with transaction.atomic(using=using):
        RequestLetter.objects.using(using).filter(pk=id).delete()
        keyring.destroy(keeper(id), using=using)


def authority(row: RightsRequest) -> str:
    """To whom a person may complain outside the house, in words; empty = nobody is known."""
    return next((law.complain_to for law in laws() if law.id == row.law), "")


def _titled(policy: Policy, step: str) -> str:
    titles = {
        "acknowledged": "Your request has arrived",
        "code": "Your code",
        "verified": "We know now that it is you",
        "paused": "We need something from you",
        "fulfilled": "Your request is done",
        "denied": "Your request",
        "revoked": "Your request is withdrawn",
        "expired": "Your request has expired",
        "alarm": "A request is due",
    }
    return f"{titles[step]} - {policy.controller.name}"
