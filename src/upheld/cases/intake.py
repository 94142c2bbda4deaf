"""From the mailbox into cases: each message once, in order, whatever it looks like.

Safety argument. One message is one transaction: its letter, its case, the automatic reply
that waits to be sent and how far the mailbox was read commit together. Killed anywhere, the
message is taken again or was taken; its `mark` is unique, so never twice.
"""

from __future__ import annotations

import base64
from collections import Counter
from datetime import timedelta
from typing import Any

from django.db import DEFAULT_DB_ALIAS, transaction
from django.utils import timezone

from upheld.cases.mailboxes import Mailbox, mailboxes
from upheld.cases.marks import mark_of
from upheld.cases.models import MailboxPlace
from upheld.cases.opening import opened
from upheld.cases.reading import File, Letter, read
from upheld.cases.writing import automatic_reply
from upheld.rights.identity.scanner import scan
from upheld.rights.requests.by_mail import open_from_mail

LARGEST = 25 * 1024 * 1024
"""Bytes of a message that are fetched; of a larger one only its head is read."""
A_DAY = timedelta(days=1)
MOST_REPLIES = 3
"""Automatic replies that one writer gets in a day: two machines must not talk for long."""
TOO_LARGE = "(The mail was larger than 25 MB; only its head was taken in.)"


def fetch(mailbox: Mailbox, *, using: str = DEFAULT_DB_ALIAS) -> Counter[str]:
    """Take in what is new; return how many messages became what."""
    done: Counter[str] = Counter()
    with opened(mailbox) as (client, validity):
        place = MailboxPlace.objects.using(using).filter(mailbox=mailbox.id).first()
        last = place.uid if place is not None and place.validity == validity else 0
        fresh = [uid for uid in client.search(["UID", f"{last + 1}:*"]) if uid > last]
        for uid in sorted(fresh):
            size = client.fetch([uid], ["RFC822.SIZE"])[uid][b"RFC822.SIZE"]
            wanted = "BODY.PEEK[]" if size <= LARGEST else "BODY.PEEK[HEADER]"
            answer = client.fetch([uid], [wanted])[uid]
            raw = answer[wanted.replace(".PEEK", "").encode()]
            done[take(mailbox, raw, f"{validity}:{uid}", cut=size > LARGEST, using=using)] += 1
    return done


def take(
    mailbox: Mailbox, raw: bytes, place: str, *, cut: bool = False, using: str = DEFAULT_DB_ALIAS
) -> str:
    """Take in one message that lies at `place` (`uidvalidity:uid`).

    Returns `case`, `letter` (of a known case), `request`, `again` (known already) or
    `nobody` (no sender can be read, so nobody could be answered or erased).
    """
    letter = read(raw)
    mark = mark_of(mailbox.id, letter.id, using)
    with transaction.atomic(using=using):
        known = _known(mailbox, mark, using)
        became = "again" if known else _became(mailbox, letter, mark, place, cut, using)
        validity, uid = (int(part) for part in place.split(":"))
        MailboxPlace.objects.using(using).update_or_create(
            mailbox=mailbox.id, defaults={"validity": validity, "uid": uid}
        )
        if known:  # it lies in the mailbox under another number now
            with mailbox.at_work():
                mailbox.letter.objects.using(using).filter(mark=mark).update(place=place)
    return became


def _became(mailbox: Mailbox, letter: Letter, mark: str, place: str, cut: bool, using: str) -> str:
    if not letter.sender:
        return "nobody"
    if mailbox.requests and not cut and _asks(mailbox, letter, using):
        # The request holds the words and the papers; a second copy would outlive it.
        return "request"
    with mailbox.at_work():
        case, fresh = _case(mailbox, letter, using)
        stored = mailbox.letter.objects.using(using).create(
            case=case,
            way="in",
            body=f"{TOO_LARGE}\n\n{letter.body}" if cut else letter.body,
            mark=mark,
            place=place,
            at=letter.at,
        )
        for file in letter.files:
            _keep(mailbox, stored, file, using)
        if fresh and letter.answerable and _may_reply(mailbox, letter.sender, using):
            automatic_reply(mailbox, case, letter.id, using=using)
    return "case" if fresh else "letter"


def _asks(mailbox: Mailbox, letter: Letter, using: str) -> bool:
    opened_request = open_from_mail(
        message_id=letter.id,
        sender=letter.sender,
        title=letter.topic,
        body=letter.body,
        received_at=letter.at,
        attachments=[file.data for file in letter.files if file.data],
        wall=mailbox.wall,
        using=using,
    )
    return opened_request is not None


def _case(mailbox: Mailbox, letter: Letter, using: str) -> tuple[Any, bool]:
    """Return the case the letter belongs to; a closed one opens again.

    Only letters of the same writer join a case: whoever learns a Message-ID must not be able
    to write into somebody's conversation.
    """
    marks = [mark_of(mailbox.id, each, using) for each in letter.refers[-20:]]
    cases = mailbox.case.objects.using(using)
    case = (
        cases.filter(letters__mark__in=marks, sender=letter.sender).order_by("-pk").first()
        if marks
        else None
    )
    now = timezone.now()
    if case is None:
        return (
            cases.create(
                sender=letter.sender,
                name=letter.name,
                topic=letter.topic,
                opened_at=letter.at,
                last_at=now,
            ),
            True,
        )
    case.state, case.closed_at, case.last_at = case.OPEN, None, now
    case.save(using=using, update_fields=["state", "closed_at", "last_at"])
    return case, False


def _keep(mailbox: Mailbox, letter: Any, file: File, using: str) -> None:
    verdict = scan(file.data) if file.data else None
    found = verdict is not None and verdict.result == "found"
    model = mailbox.attachment
    state = model.QUARANTINED
    if verdict is not None and verdict.result == "clean":
        state = model.CLEAN
    elif found or verdict is None:
        state = model.REFUSED
    model.objects.using(using).create(
        letter=letter,
        name=file.name,
        media=file.media,
        size=file.size,
        state=state,
        # What the scanner knows as harmful, and what was too large, is not kept at all.
        content="" if state == model.REFUSED else base64.b64encode(file.data).decode(),
    )


def _may_reply(mailbox: Mailbox, sender: str, using: str) -> bool:
    ours = {each.address.lower() for each in mailboxes().values()}
    if sender.lower() in ours:
        return False
    lately = mailbox.letter.objects.using(using).filter(
        case__sender=sender,
        by=mailbox.letter.AUTOMATIC,
        at__gte=timezone.now() - A_DAY,
    )
    return bool(lately.count() < MOST_REPLIES)


def _known(mailbox: Mailbox, mark: str, using: str) -> bool:
    with mailbox.at_work():
        return bool(mailbox.letter.objects.using(using).filter(mark=mark).exists())
