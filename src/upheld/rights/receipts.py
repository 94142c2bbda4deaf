"""The receipt of an erasure: what went, what stays, why, until when, and from which day on
nobody can bring it back.

The log's event about the erasure holds the receipt's SHA-256, so a proof that the event is in
the log is one that the receipt says what was logged.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

import rfc8785
from django.db import DEFAULT_DB_ALIAS

from upheld.conf import conf
from upheld.datamap.active import active
from upheld.rights.models import ErasureReceipt
from upheld.rights.plan import Plan, Plans, RowPlan

FORMAT = "upheld-erasure-2"


def make(
    plans: Plans,
    people: Mapping[str, str],
    ground: str,
    outside: Mapping[str, Sequence[Any]],
) -> dict[str, ErasureReceipt]:
    """Return a receipt, not kept yet, for each subject of `people` (subject -> receipt's id)."""
    now = datetime.now(UTC)
    by_subject: dict[str, list[RowPlan]] = {subject: [] for subject in people}
    for model, rows in plans.fates.items():
        for pk, fate in rows.items():
            row = RowPlan(model, pk, fate.delete, fate.kept, fate.shared, fate.why)
            for owner in fate.owners:
                by_subject[owner].append(row)
    return {
        subject: ErasureReceipt(
            person=person,
            done_at=now,
            content=_content(
                Plan(subject, tuple(by_subject[subject])),
                person,
                ground,
                now,
                len(outside.get(subject, ())),
            ),
        )
        for subject, person in people.items()
    }


def as_bytes(receipt: ErasureReceipt) -> bytes:
    """The receipt as the person takes it along: canonical JSON (RFC 8785)."""
    return rfc8785.dumps(receipt.content)


def digest(receipt: ErasureReceipt) -> str:
    """The SHA-256 of `as_bytes` in hexadecimal, as the log holds it."""
    return sha256(as_bytes(receipt)).hexdigest()


def keep(receipts: Iterable[ErasureReceipt], using: str = DEFAULT_DB_ALIAS) -> None:
    """Write receipts. An id that has one already keeps its date: done again after a restore."""
    ErasureReceipt.objects.using(using).bulk_create(
        list(receipts),
        update_conflicts=True,
        unique_fields=["person"],
        update_fields=["content", "event"],
    )


def _content(todo: Plan, person: str, ground: str, now: datetime, outside: int) -> dict[str, Any]:
    holds = active().policy.holds
    days = conf().BACKUP_DAYS
    return {
        "format": FORMAT,
        "person": person,
        "controller": active().policy.controller.name,
        "done_at": now.isoformat(timespec="seconds"),
        "unrecoverable_by": (
            None if days is None else (now + timedelta(days=days)).date().isoformat()
        ),
        "ground": ground,
        "rows_deleted": sum(row.delete for row in todo.rows),
        "rows_emptied": sum(not row.delete and not row.kept for row in todo.rows),
        "outside": outside,
        "kept": [
            {
                "why": holds[hold].title or hold,
                "rows": count,
                "categories": list(categories),
                "until": _day(until),
            }
            for hold, (count, until, categories) in todo.kept_by_hold().items()
        ],
    }


def _day(until: date | None) -> str:
    return until.isoformat() if until else "until it is released"
