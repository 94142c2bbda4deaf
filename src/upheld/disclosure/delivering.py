"""Sending what waits: hand-overs and notices, each claimed, recorded, sent, closed.

Safety argument. A claim is one conditional update, so two workers never send the same thing
at once; it is a lease, so what a killed worker held is taken up again. The log of a hand-over
is committed before its bytes leave: killed anywhere, nothing is sent that is not written
down. The recipient sees one idempotency key for all attempts.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import timedelta
from typing import Any

from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from upheld.context import purpose
from upheld.disclosure.content import KINDS, SENDER, content_of
from upheld.disclosure.endpoints import endpoint_of
from upheld.disclosure.feeds import feed_named
from upheld.disclosure.gate import record
from upheld.disclosure.models import HandedRow, HandOver
from upheld.disclosure.ways import Answer, way_to
from upheld.errors import UpheldError

LEASE = timedelta(minutes=5)
ATTEMPTS = 20
"""Then a hand-over has failed and staff must look; some three days with the pauses below."""


def pause(attempts: int) -> timedelta:
    """How long to wait after so many attempts: 1, 2, 4 ... minutes, at most 6 hours."""
    return timedelta(minutes=min(2 ** max(attempts - 1, 0), 360))


def claimed(due: QuerySet[Any]) -> Any | None:
    """Take one due row for `LEASE`; None when there is none, or others took them."""
    for row in due[:20]:
        won = due.model._base_manager.using(due.db).filter(pk=row.pk, attempts=row.attempts)
        if won.update(attempts=F("attempts") + 1, next_at=timezone.now() + LEASE):
            row.attempts += 1
            return row
    return None


def hand_overs(*, most: int = 1000, using: str = DEFAULT_DB_ALIAS) -> Counter[str]:
    """Send what is due and return how many ended in which state."""
    ended: Counter[str] = Counter()
    due = HandOver.objects.using(using).filter(
        state__in=(HandOver.QUEUED, HandOver.SENDING), next_at__lte=timezone.now()
    )
    due = due.exclude(way="call").order_by("next_at", "pk")
    while sum(ended.values()) < most and (handover := claimed(due)) is not None:
        ended[_send(handover, using)] += 1
    return ended


def _send(handover: HandOver, using: str) -> str:
    try:
        feed = feed_named(handover.feed)
        # The rules may have changed since it was queued: those of today count.
        recipient = feed.checked()
        endpoint = endpoint_of(recipient.id)
        if endpoint is None:
            return _ended(handover, HandOver.FAILED, "nobody said where it is reached", using)
        rows = handover.handed.using(using).filter(left_out="").order_by("pk")
        content = content_of(feed, recipient, rows, using)
    except UpheldError as refusal:
        return _ended(handover, HandOver.FAILED, refusal.message, using)
    with transaction.atomic(using=using):
        for pk, why in content.left_out.items():
            HandedRow.objects.using(using).filter(pk=pk).update(left_out=why, subject="")
        if not content.sent:
            return _ended(handover, HandOver.DROPPED, "nothing may be sent any more", using)
        digest = hashlib.sha256(content.data).hexdigest()
        if (handover.state, handover.digest) != (HandOver.SENDING, digest):
            handover.digest, handover.rows = digest, len(content.sent)
            handover.state = HandOver.SENDING
            handover.save(using=using, update_fields=["digest", "rows", "state"])
            with purpose(feed.purpose, actor=SENDER, place=f"feed:{feed.id}"):
                record(handover, {row.subject for row in content.sent if row.subject}, using)
    answer = way_to(endpoint).send(
        f"{feed.id}-{handover.key}.{feed.form}",
        content.data,
        key=handover.key,
        kind=KINDS[feed.form],
    )
    return _answered(handover, answer, using)


def _answered(handover: HandOver, answer: Answer, using: str) -> str:
    if answer.outcome in ("taken", "done"):
        return _ended(handover, HandOver.SENT, answer.text, using)
    if answer.outcome == "refused" or handover.attempts >= ATTEMPTS:
        return _ended(handover, HandOver.FAILED, answer.text, using)
    HandOver.objects.using(using).filter(pk=handover.pk).update(
        answer=answer.text, next_at=timezone.now() + pause(handover.attempts)
    )
    return "later"


def _ended(handover: HandOver, state: str, answer: str, using: str) -> str:
    HandOver.objects.using(using).filter(pk=handover.pk).update(
        state=state, answer=answer[:255], sent_at=timezone.now()
    )
    return state
