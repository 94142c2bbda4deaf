"""One inspection: every look, what it found, what is gone since the last one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db import DEFAULT_DB_ALIAS, transaction

from upheld.context import Actor, current, purpose
from upheld.datamap.active import active
from upheld.journal import here, write_now
from upheld.policy.period import parse_period
from upheld.policy.types import UPKEEP
from upheld.proving.inspection import configuration, upkeep  # noqa: F401 - importing registers
from upheld.proving.inspection.looks import LOOKS, Found, Look, Unknown
from upheld.proving.inspection.models import Inspection, Weakness
from upheld.proving.inspection.repairing import looked_again, note, repaired

INSPECTOR = Actor("system", "system:inspection")
MEASURE = "inspections"
"""The policy's measure that says how often: `inspections: {every: 1 month}`."""


@dataclass(frozen=True, slots=True)
class Told:
    """What one look told: `fine`, `weak` or `unknown`, with weaknesses or the reason."""

    look: Look
    result: str
    found: tuple[Found, ...] = ()
    reason: str = ""


def inspect(using: str = DEFAULT_DB_ALIAS) -> tuple[Inspection, list[Told]]:
    """Look at everything; keep the run and its weaknesses, and look again at repairs.

    A weakness that is not found any more was repaired by whoever said so, and this was the
    second look; or by nobody who said so, and then a person looks again.
    """
    with purpose(UPKEEP, actor=INSPECTOR, place="inspect"):
        run = Inspection.objects.using(using).create(
            started_at=datetime.now(UTC), by=current().actor.ref
        )
        told = [_tell(each, using) for each in LOOKS.values()]
        with transaction.atomic(using=using):
            for each in told:
                if each.result != "unknown":
                    _settle(each, using)
            run.finished_at = datetime.now(UTC)
            run.results = {each.look.id: each.result for each in told}
            run.save(using=using)
            write_now(
                here(
                    "access",
                    model="upheld.Inspection",
                    rows=len(told),
                    decision="inspected",
                    details={"weak": str(sum(len(each.found) for each in told))},
                ),
                using=using,
            )
    return run, told


def due_on(using: str = DEFAULT_DB_ALIAS) -> date | None:
    """The day of the next inspection: today when there was none, None when none is promised."""
    measure = active().policy.measures.get(MEASURE)
    period = parse_period(measure.every) if measure is not None and measure.every else None
    if period is None:
        return None
    last = Inspection.objects.using(using).filter(finished_at__isnull=False).first()
    return period.after(last.started_at.date()) if last else datetime.now(UTC).date()


def _tell(each: Look, using: str) -> Told:
    try:
        found = tuple(each.find(using))
    except Unknown as reason:
        return Told(each, "unknown", reason=str(reason))
    return Told(each, "weak" if found else "fine", found)


def _settle(told: Told, using: str) -> None:
    still = {found.what: found for found in told.found}
    unsettled = Weakness.objects.using(using).filter(check_id=told.look.id, looked_at__isnull=True)
    for row in unsettled:
        holds = row.what not in still
        if row.repaired_at is not None:
            if row.repaired_by != INSPECTOR.ref:
                looked_again(row.pk, holds=holds, using=using)
            elif not holds:
                looked_again(
                    row.pk, holds=False, actor=Actor("system", "system:again"), using=using
                )
        elif holds:
            repaired(row.pk, "not found any more", using=using)
        still.pop(row.what, None)
    for found in still.values():
        note(found.what, found.severity, check=told.look.id, using=using)
