"""What was refused, or would be under enforce, as it was counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import DEFAULT_DB_ALIAS

from upheld.guard.models import RefusalCount
from upheld.guard.own import as_engine


@dataclass(frozen=True, slots=True)
class Finding:
    """One kind of refusal at one place. `enforced` False = it was only observed.

    `code` is the line of the project, or the template, that asked; `posts` are those of the
    staff member who was at work.
    """

    target: str
    action: str
    purpose: str
    actor: str
    reason: str
    count: int
    last: datetime
    enforced: bool
    posts: tuple[str, ...] = ()
    code: str = ""
    place: str = ""


def findings(using: str = DEFAULT_DB_ALIAS) -> list[Finding]:
    """Return every kind of refusal, by place, the most frequent first."""
    with as_engine():
        rows = list(RefusalCount.objects.using(using).order_by("place", "-count", "target", "pk"))
    return [
        Finding(
            row.target, row.action, row.purpose, row.actor, row.reason, row.count, row.last,
            row.enforced, tuple(filter(None, row.posts.split(","))), row.code, row.place,
        )
        for row in rows
    ]  # fmt: skip
