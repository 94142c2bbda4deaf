"""Inspections and repairs: a weakness planted is found, and nobody may wave it through alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from upheld.context import Actor, purpose
from upheld.datamap.active import Active
from upheld.policy.types import UPKEEP
from upheld.proving.inspection.looks import LOOKS, Found, Look
from upheld.proving.inspection.models import Inspection, Weakness
from upheld.proving.inspection.repairing import RepairRefused, looked_again, overdue, repaired
from upheld.proving.inspection.running import MEASURE, due_on, inspect
from upheld.proving.registry import Finding, Ground, Probe, makes_probes, must

PLANTED = "a weakness planted by a probe"
ONE, OTHER = Actor("staff", "member:probe-1"), Actor("staff", "member:probe-2")


@makes_probes
def inspections(active: Active) -> Iterator[Probe]:
    """One probe for the interval, one for what is found, where the policy has the measures."""
    regular, repairs = active.policy.measures.get(MEASURE), active.policy.measures.get("repairs")
    if regular is not None and regular.every:
        yield Probe(
            "inspections.regular",
            f"measures.{MEASURE}",
            "find the interval of inspections passed over, or an inspection that finds nothing",
            regular.says,
            _regular,
        )
    if repairs is not None:
        yield Probe(
            "inspections.repairs",
            "measures.repairs",
            "leave a weakness unrepaired beyond its day, or confirm one's own repair",
            repairs.says,
            _repairs,
        )


def _regular(ground: Ground) -> Finding:
    day, today = due_on(ground.using), datetime.now(UTC).date()
    last = Inspection.objects.using(ground.using).filter(finished_at__isnull=False).first()
    must(last is not None, "no inspection ever ran: run `upheld inspect`")
    must(day is not None and day >= today, f"an inspection was due on {day}")
    _plant(ground)
    return Finding("kept", f"the next inspection is due on {day}; a planted weakness was found")


def _repairs(ground: Ground) -> Finding:
    late = overdue(using=ground.using)
    must(not late, f"{len(late)} weaknesses are open beyond their day of repair")
    row = _plant(ground)
    must(row.due_on > datetime.now(UTC).date(), "a weakness got no day of repair")
    with purpose(UPKEEP):
        repaired(row.pk, "said to be repaired", actor=ONE, using=ground.using)
        try:
            looked_again(row.pk, holds=True, actor=ONE, using=ground.using)
        except RepairRefused:
            pass
        else:
            must(condition=False, otherwise="somebody confirmed a repair of their own")
        looked_again(row.pk, holds=False, actor=OTHER, using=ground.using)
    row.refresh_from_db(using=ground.using)
    must(row.repaired_at is None, "a repair that does not hold stayed repaired")
    Weakness.objects.using(ground.using).filter(pk=row.pk).update(
        due_on=datetime.now(UTC).date() - timedelta(days=1)
    )
    must(overdue(using=ground.using), "a weakness beyond its day was not told of")
    return Finding("kept", "found, dated, and repaired for two people only; none is overdue")


def _plant(ground: Ground) -> Weakness:
    """Let an inspection of this one look find something."""
    known = dict(LOOKS)
    LOOKS.clear()
    LOOKS["probe"] = Look("probe", "A probe", lambda using: (Found(PLANTED, "high"),))
    try:
        inspect(ground.using)
    finally:
        LOOKS.clear()
        LOOKS.update(known)
    found = Weakness.objects.using(ground.using).filter(check_id="probe", what=PLANTED).first()
    must(found is not None, "a planted weakness was not kept")
    assert found is not None
    return found
