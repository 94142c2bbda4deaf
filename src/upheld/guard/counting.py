"""From the refusals of one request to the counts in the database."""

from __future__ import annotations

from dataclasses import asdict

from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import F
from django.utils import timezone

from upheld.guard.models import RefusalCount
from upheld.guard.own import as_engine
from upheld.guard.record import take

_WIDEST = 200


def keep_refusals(using: str = DEFAULT_DB_ALIAS) -> None:
    """Add what was recorded since the last call to the counts. No refusals, no query."""
    taken = take()
    if not taken:
        return
    now = timezone.now()
    with as_engine(), transaction.atomic(using):
        counts = RefusalCount.objects.using(using)
        for refusal, times in taken.items():
            key = asdict(refusal)
            for name in ("place", "target", "posts", "code"):
                key[name] = key[name][:_WIDEST]
            if not counts.filter(**key).update(count=F("count") + times, last=now):
                _, made = counts.get_or_create(**key, defaults={"count": times, "last": now})
                if not made:
                    counts.filter(**key).update(count=F("count") + times, last=now)
