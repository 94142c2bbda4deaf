"""What was refused, or would be under enforce, as it was counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import DEFAULT_DB_ALIAS

from upheld.datamap.active import Active
from upheld.guard.models import RefusalCount
from upheld.guard.own import as_engine

SOFT = ("deferred", "masked")
"""Reasons that refuse nothing by themselves: the row loads without the value, or with the
placeholder. Under enforce only code that then looks at the value is refused."""


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


def purpose_at(old: Active, new: Active, place: str, before: str) -> str | None:
    """The purpose that a use would have under the new map.

    Code that named its purpose itself (it is not the one that the old map gives the place)
    keeps it.
    """
    if before and _mapped(old, place) != before:
        return before
    return _mapped(new, place)


def _mapped(now: Active, place: str) -> str | None:
    datamap = now.datamap
    return (
        datamap.purpose_for_route(place)
        or datamap.purpose_for_task(place)
        or datamap.purpose_for_command(place)
    )
