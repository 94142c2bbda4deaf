"""Holds that people place: an open dispute keeps its data until two people release it.

A hold of the policy without a period lasts until it is released. One member of staff places
it on a person; one asks for its release and another one agrees, so that nobody alone can
have records of a quarrel erased. Placing is one step: it only keeps.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import DEFAULT_DB_ALIAS, transaction
from django.utils import timezone

from upheld.context import Actor, current
from upheld.datamap.active import active
from upheld.disposal.models import LegalHold
from upheld.errors import UpheldError
from upheld.journal import here, write_now
from upheld.policy.types import Hold

_SLICE = 500


class HoldRefused(UpheldError):
    """A hold cannot be placed or released as asked; nothing was changed."""

    code = "disposal.hold"


def placeable() -> tuple[Hold, ...]:
    """Return the policy's holds that people place: those without a period."""
    return tuple(hold for hold in active().policy.holds.values() if not hold.period)


def place(
    subject: str, hold: str, *, note: str, actor: Actor | None = None, using: str = DEFAULT_DB_ALIAS
) -> LegalHold:
    """Keep the hold's data of `subject` (`kind:value`) until it is released.

    `note` is a file number or the like, no personal data. Raises `HoldRefused`.
    """
    who = _person(actor)
    kind, colon, value = subject.partition(":")
    if not (kind in active().datamap.kinds and colon and value):
        raise HoldRefused(
            f"`{subject}` is no subject", hint="write `kind:value`, for example `member:42`"
        )
    if hold not in {one.id for one in placeable()}:
        raise HoldRefused(
            f"`{hold}` is no hold that people place",
            hint="declare it under `holds` without a `period`",
        )
    if not note.strip():
        raise HoldRefused("a hold needs a note", hint="give the file number of the dispute")
    with transaction.atomic(using=using):
        placed = LegalHold.objects.using(using).create(
            subject=subject,
            hold=hold,
            note=note.strip()[:200],
            placed_by=who.ref,
            placed_at=timezone.now(),
        )
        _log(placed, "hold placed", using)
    return placed


def ask_release(pk: int, *, actor: Actor | None = None, using: str = DEFAULT_DB_ALIAS) -> LegalHold:
    """Ask for the release of a hold. Raises `HoldRefused` when it is released already."""
    who = _person(actor)
    with transaction.atomic(using=using):
        hold = _open(pk, using)
        hold.asked_by, hold.asked_at = who.ref, timezone.now()
        hold.save(using=using, update_fields=["asked_by", "asked_at"])
        _log(hold, "release asked", using)
    return hold


def release(pk: int, *, actor: Actor | None = None, using: str = DEFAULT_DB_ALIAS) -> LegalHold:
    """Release a hold whose release somebody else asked for. Raises `HoldRefused`."""
    who = _person(actor)
    with transaction.atomic(using=using):
        hold = _open(pk, using)
        if not hold.asked_by:
            raise HoldRefused("nobody asked for the release of this hold", hint="ask for it first")
        if hold.asked_by == who.ref:
            raise HoldRefused(
                "the release of a hold needs a second person",
                hint="somebody else than who asked for it must agree",
            )
        hold.released_by, hold.released_at = who.ref, timezone.now()
        hold.save(using=using, update_fields=["released_by", "released_at"])
        _log(hold, "hold released", using)
    return hold


def held(subjects: Iterable[str], using: str = DEFAULT_DB_ALIAS) -> dict[str, tuple[str, ...]]:
    """Return subject -> ids of the holds in force on it; who has none is left out."""
    wanted = sorted(set(subjects))
    found: dict[str, set[str]] = {}
    for start in range(0, len(wanted), _SLICE):
        rows = LegalHold.objects.using(using).filter(
            subject__in=wanted[start : start + _SLICE], released_at__isnull=True
        )
        for subject, hold in rows.values_list("subject", "hold"):
            found.setdefault(subject, set()).add(hold)
    return {subject: tuple(sorted(holds)) for subject, holds in found.items()}


def _open(pk: int, using: str) -> LegalHold:
    found = LegalHold.objects.using(using).select_for_update().filter(pk=pk).first()
    if found is None or found.released_at is not None:
        raise HoldRefused("this hold is not in force", hint="look at the list of holds again")
    return found


def _person(actor: Actor | None) -> Actor:
    who = current().actor if actor is None else actor
    if who.kind != "staff":
        raise HoldRefused("only staff place and release holds", hint="sign in with a staff post")
    return who


def _log(hold: LegalHold, decision: str, using: str) -> None:
    write_now(
        here(
            "write",
            model="upheld.LegalHold",
            subjects=(hold.subject,),
            rows=1,
            decision=decision,
            details={"hold": hold.hold},
        ),
        using=using,
    )
