"""Erasure and correction go on to everybody who was given the data, until they answer.

A notice holds the random reference that the recipient was given and nothing else, so it may
outlive the person's erasure here.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import DEFAULT_DB_ALIAS, transaction
from django.utils import timezone

from upheld.datamap.active import active
from upheld.disclosure.content import read
from upheld.disclosure.delivering import ATTEMPTS, claimed, pause
from upheld.disclosure.endpoints import endpoint_of
from upheld.disclosure.feeds import feed_named, feeds
from upheld.disclosure.models import HandedRow, HandOver, Notice, Release
from upheld.disclosure.ways import Answer, way_to
from upheld.errors import UpheldError

BY_HAND = "tell them yourself: no way to reach them is set"
_LEFT = (HandOver.SENDING, HandOver.SENT, HandOver.FAILED)
"""States in which bytes have left, or may have."""


@dataclass(frozen=True, slots=True)
class Given:
    """One hand-over of a person's data, as they may know it. `state` is the hand-over's."""

    recipient: str
    name: str
    at: datetime
    categories: tuple[str, ...]
    purpose: str
    ground: str
    state: str
    country: str


def given_of(subject: str, *, using: str = DEFAULT_DB_ALIAS) -> list[Given]:
    """Return who was given data of `subject`, newest first.

    A release that the person may not be told of yet is left out until its last day.
    """
    policy = active().policy
    rows = HandedRow.objects.using(using).filter(subject=subject, left_out="")
    today = timezone.localdate()
    silent = set(
        Release.objects.using(using)
        .filter(subject=subject, silent_until__gte=today, handover__isnull=False)
        .values_list("handover_id", flat=True)
    )
    found: dict[int, Given] = {}
    for row in rows.select_related("handover").order_by("-handover__queued_at"):
        over = row.handover
        recipient = policy.recipients.get(over.recipient)
        if over.pk in silent:
            continue
        found.setdefault(
            over.pk,
            Given(
                over.recipient,
                (recipient.name if recipient else "") or over.recipient.replace("_", " "),
                over.sent_at or over.queued_at,
                tuple(over.categories),
                over.purpose,
                over.ground,
                over.state,
                over.country,
            ),
        )
    return list(found.values())


def erased(subjects: Iterable[str], *, using: str = DEFAULT_DB_ALIAS) -> list[Notice]:
    """Unlink people from what they were part of and ask each recipient to erase its copy.

    Call it inside the transaction of the erasure. What was not sent yet is never sent. What
    an authority was given by law stays with it: it is not ours to call back.
    """
    people = list(subjects)
    rows = HandedRow.objects.using(using).filter(subject__in=people)
    known = list(rows.select_related("handover"))
    notices = Notice.objects.using(using).bulk_create(
        _notice(row, Notice.ERASE)
        for row in known
        if row.handover.state in _LEFT and not _by_law(row.handover)
    )
    HandedRow.objects.using(using).filter(pk__in=[row.pk for row in known]).delete()
    Release.objects.using(using).filter(subject__in=people).update(subject="")
    return notices


def corrected(
    subject: str, categories: Iterable[str], *, using: str = DEFAULT_DB_ALIAS
) -> list[Notice]:
    """Send the new values of `categories` to everybody who was given the old ones."""
    changed = set(categories)
    rows = HandedRow.objects.using(using).filter(subject=subject, left_out="")
    rows = rows.filter(handover__state__in=_LEFT).exclude(handover__feed="")
    known = [
        row for row in rows.select_related("handover") if changed & set(row.handover.categories)
    ]
    # One that still waits will carry the newest values when it goes.
    waiting = set(
        Notice.objects.using(using)
        .filter(kind=Notice.CORRECT, state=Notice.QUEUED, attempts=0)
        .filter(reference__in=[row.reference for row in known])
        .values_list("reference", flat=True)
    )
    return Notice.objects.using(using).bulk_create(
        _notice(row, Notice.CORRECT) for row in known if row.reference not in waiting
    )


def notices(*, most: int = 1000, using: str = DEFAULT_DB_ALIAS) -> Counter[str]:
    """Send the notices that are due, ask after those that wait; return how many ended how."""
    ended: Counter[str] = Counter()
    due = Notice.objects.using(using).filter(
        state__in=(Notice.QUEUED, Notice.SENT), next_at__lte=timezone.now()
    )
    due = due.order_by("next_at", "pk")
    while sum(ended.values()) < most and (notice := claimed(due)) is not None:
        ended[_tell(notice, using)] += 1
    return ended


def done_by_hand(notice: Notice, *, by: str, using: str = DEFAULT_DB_ALIAS) -> None:
    """Note that staff saw to a notice themselves, e.g. by a letter that was answered."""
    with transaction.atomic(using=using):
        _ended(notice, Notice.DONE, f"seen to by {by}", using)


def _tell(notice: Notice, using: str) -> str:
    endpoint = endpoint_of(notice.recipient)
    if endpoint is None or endpoint.way == "call":
        return _later(notice, notice.state, BY_HAND, using)
    try:
        content = _content(notice, using)
    except UpheldError as refusal:
        return _later(notice, notice.state, refusal.message, using)
    if content is None:
        return _ended(notice, Notice.DONE, "the row is gone; an erasure follows it", using)
    way = way_to(endpoint)
    if notice.state == Notice.SENT:
        told = way.answered(notice.key)
        if told is not None:
            return _answered(notice, told, using)
    name = f"{notice.kind}-{notice.key}.json"
    kind = "application/json"
    return _answered(notice, way.send(name, content, key=notice.key, kind=kind), using)


def _content(notice: Notice, using: str) -> bytes | None:
    said: dict[str, Any] = {"notice": notice.kind, "key": notice.key}
    if notice.kind == Notice.ERASE:
        return json.dumps({**said, "references": [notice.reference]}).encode()
    row = HandedRow.objects.using(using).filter(reference=notice.reference).first()
    if row is None or notice.feed not in feeds():
        return None
    feed = feed_named(notice.feed)
    feed.checked()
    values = read(feed, [row.row], using).get(row.row)
    if values is None or values[0] != row.subject:
        return None
    line = {"reference": notice.reference, **values[1]}
    return json.dumps({**said, "rows": [line]}, ensure_ascii=False, default=str).encode()


def _answered(notice: Notice, answer: Answer, using: str) -> str:
    if answer.outcome == "done":
        return _ended(notice, Notice.DONE, answer.text, using)
    if answer.outcome == "refused":
        return _ended(notice, Notice.REFUSED, answer.text, using)
    state = Notice.SENT if answer.outcome == "taken" else notice.state
    return _later(notice, state, answer.text, using)


def _later(notice: Notice, state: str, answer: str, using: str) -> str:
    """Never given up: a promise to pass an erasure on has no last attempt, only a slow one."""
    wait = pause(min(notice.attempts, ATTEMPTS))
    Notice.objects.using(using).filter(pk=notice.pk).update(
        state=state, answer=answer[:255], next_at=timezone.now() + wait
    )
    return "later"


def _ended(notice: Notice, state: str, answer: str, using: str) -> str:
    Notice.objects.using(using).filter(pk=notice.pk).update(
        state=state, answer=answer[:255], done_at=timezone.now()
    )
    return state


def _by_law(handover: HandOver) -> bool:
    recipient = active().policy.recipients.get(handover.recipient)
    return recipient is not None and recipient.only_if == "legal_ground"


def _notice(row: HandedRow, kind: str) -> Notice:
    return Notice(
        recipient=row.handover.recipient,
        kind=kind,
        reference=row.reference,
        feed=row.handover.feed,
        next_at=timezone.now(),
    )
