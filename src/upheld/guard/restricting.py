"""Restricting a person's data, and ending it; the guard obeys by `upheld.guard.restriction`."""

from __future__ import annotations

from django.db import DEFAULT_DB_ALIAS
from django.utils import timezone

from upheld.guard.models import Restriction
from upheld.guard.restriction import look_again


def restrict(
    subject: str, *, purpose: str = "", ground: str, using: str = DEFAULT_DB_ALIAS
) -> bool:
    """From the commit on `purpose` may not use the data of `subject`; empty = none may.

    Returns False when it was so already.
    """
    _, new = Restriction.objects.using(using).get_or_create(
        subject=subject,
        purpose=purpose,
        defaults={"since": timezone.now(), "ground": ground[:200]},
    )
    look_again(using)
    return new


def lift(subject: str, *, purpose: str | None = None, using: str = DEFAULT_DB_ALIAS) -> int:
    """End the restriction for `purpose`; None = all of the person's. Returns how many."""
    rows = Restriction.objects.using(using).filter(subject=subject)
    if purpose is not None:
        rows = rows.filter(purpose=purpose)
    ended, _ = rows.delete()
    look_again(using)
    return ended


def restrictions(subject: str, using: str = DEFAULT_DB_ALIAS) -> dict[str, Restriction]:
    """Return purpose -> restriction of `subject`; the purpose "" stands for all."""
    rows = Restriction.objects.using(using).filter(subject=subject)
    return {row.purpose: row for row in rows}
