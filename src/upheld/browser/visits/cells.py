"""How many visitors share a value today: sketches, merged by all workers into one row each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Set
from datetime import date

from django.db.models import Count, QuerySet

from upheld.browser.visits.models import VisitCell
from upheld.browser.visits.sketch import LARGE, SMALL, Sketch

Marks = dict[tuple[date, str, str], set[int]]
"""(day, measure, value) -> digests of the visitors that share it."""

MOST = 500
"""Values of one measure that are told apart in a day. Further ones are summed up with the small
groups: a flood of invented values fills no table."""


def merge(marks: Marks, using: str) -> None:
    """Take visitors in. Within the transaction of who holds the day's salt."""
    for day in sorted({day for day, _, _ in marks}):
        _merge_day(day, {key[1:]: found for key, found in marks.items() if key[0] == day}, using)


def _merge_day(day: date, marks: dict[tuple[str, str], set[int]], using: str) -> None:
    rows = VisitCell.objects.using(using).filter(day=day)
    among = rows.filter(
        measure__in={measure for measure, _ in marks}, value__in={value for _, value in marks}
    )
    known = {(row.measure, row.value): row for row in among}
    room = _room(rows, marks.keys() - known.keys())
    changed = []
    for key, found in sorted(marks.items()):
        row = known.get(key)
        if row is None:
            if not room[key[0]]:
                continue
            room[key[0]] -= 1
        sketch = Sketch(LARGE if key[0] == "total" else SMALL)
        sketch.add(found)
        if row is not None:
            held = bytes(row.registers)
            sketch.merge(held)
            if sketch.registers == held:
                continue
        cell = VisitCell(day=day, measure=key[0], value=key[1], registers=bytes(sketch.registers))
        changed.append(cell)
    VisitCell.objects.using(using).bulk_create(
        changed,
        batch_size=200,
        update_conflicts=True,
        unique_fields=["day", "measure", "value"],
        update_fields=["registers"],
    )


def _room(rows: QuerySet[VisitCell], new: Set[tuple[str, str]]) -> Counter[str]:
    """How many more values each measure may have today."""
    room = Counter({measure: MOST for measure, _ in new})
    if new:
        held = rows.values_list("measure").annotate(Count("id"))
        room.subtract({measure: count for measure, count in held if measure in room})
    return Counter({measure: max(0, left) for measure, left in room.items()})


def sketches_of(day: date, using: str) -> dict[tuple[str, str], Sketch]:
    """The day's sketches by (measure, value)."""
    rows = VisitCell.objects.using(using).filter(day=day)
    return {(row.measure, row.value): Sketch(bytes(row.registers)) for row in rows}
