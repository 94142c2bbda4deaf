"""The views of a day as totals, small groups left out.

A group is shown when at least `minimum_group` different visitors share its value: by the
number of them that there certainly were, not by views, of which one person makes many. The
rest is summed up under `*`, and not even that is shown when too few visitors are in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Count, QuerySet, Sum

from upheld.browser.visits.buckets import DWELL, bucket, words
from upheld.browser.visits.cells import sketches_of
from upheld.browser.visits.models import Visit, VisitCell, VisitTotal
from upheld.browser.visits.rules import Rule
from upheld.browser.visits.sketch import SMALL, Sketch
from upheld.browser.visits.writing import step

GROUPS = ("page", "referrer", "country", "language", "browser", "system", "device")
REST = "*"
TYPICAL = {"dwell": ("dwell",), "load": ("load", "load90"), "view": ("speed", "speed90")}
"""Kind of row -> measures of its `number`: the median, and what 9 of 10 stay under."""
PAGES = ((1, "1 page"), (2, "2 or 3 pages"), (4, "4 to 9 pages"), (10, "10 pages or more"))

Sketches = dict[tuple[str, str], Sketch]


def roll_up(day: date, rule: Rule, using: str) -> bool:
    """Sum up a day that is over, once; its sketches and visit numbers go. False = it was."""
    with transaction.atomic(using=using):
        done = VisitTotal.objects.using(using).filter(day=day, measure="total").exists()
        if not done:
            rows = list(totals_of(day, rule, using))
            VisitTotal.objects.using(using).bulk_create(rows, batch_size=500)
        VisitCell.objects.using(using).filter(day=day).delete()
        Visit.objects.using(using).filter(day=day, visit__isnull=False).update(visit=None)
    return not done


def totals_of(day: date, rule: Rule, using: str) -> Iterator[VisitTotal]:
    """Work the totals of a day out; nothing is stored."""
    least = rule.minimum_group
    rows = Visit.objects.using(using).filter(day=day)
    views = rows.filter(kind="view")
    sketches = sketches_of(day, using)
    yield from _never_few(day, rows, least)
    everybody = sketches.get(("total", ""), Sketch())
    if everybody.at_least < least:
        yield VisitTotal(day=day, measure="total")
        return
    yield VisitTotal(day=day, measure="total", views=views.count(), visitors=everybody.estimate)
    hours = ((f"{hour:02}", count) for hour, count in _counts(views, "hour"))
    yield from _shown(day, "hour", hours, sketches, least)
    pages: set[str] = set()
    for name in GROUPS:
        found = list(_shown(day, name, _counts(views, name), sketches, least))
        if name == "page":
            pages = {row.value for row in found} - {REST}
        yield from found
    paths = views.exclude(previous="").values_list("previous", "page").annotate(Count("id"))
    steps = ((step(previous, page), count) for previous, page, count in paths)
    yield from _shown(day, "step", steps, sketches, least)
    for kind, measures in TYPICAL.items():
        if kind == "view" and "speed" not in rule.store:
            continue
        yield from _typical(day, measures, rows.filter(kind=kind), pages, least)
    yield from _visits(day, rows, least)


def _counts(rows: QuerySet[Visit], column: str) -> Iterable[tuple[Any, int]]:
    return rows.values_list(column).annotate(Count("id"))


def _shown(
    day: date,
    measure: str,
    counts: Iterable[tuple[str, int]],
    sketches: Sketches,
    least: int,
) -> Iterator[VisitTotal]:
    """A row for each group that is large enough, and one for all others together."""
    rest, few = 0, Sketch(SMALL)
    for value, count in counts:
        sketch = sketches.get((measure, value), Sketch())
        if sketch.at_least >= least:
            yield VisitTotal(
                day=day, measure=measure, value=value, views=count, visitors=sketch.estimate
            )
        else:
            rest += count
            few.merge(bytes(sketch.registers))
    if rest:
        enough = few.at_least >= least
        yield VisitTotal(
            day=day,
            measure=measure,
            value=REST,
            views=rest if enough else None,
            visitors=few.estimate if enough else None,
        )


def _typical(
    day: date, measures: tuple[str, ...], rows: QuerySet[Visit], pages: set[str], least: int
) -> Iterator[VisitTotal]:
    """The median bucket (and that of the slowest tenth) over all pages and of each page that
    is shown, where there are enough of them."""
    found: dict[str, Counter[int]] = {"": Counter()}
    for page, number, count in rows.values_list("page", "number").annotate(Count("id")):
        found[""][number] += count
        if page in pages:
            found.setdefault(page, Counter())[number] += count
    for page, numbers in found.items():
        if numbers.total() >= least:
            for measure, share in zip(measures, (0.5, 0.9), strict=False):
                yield VisitTotal(
                    day=day,
                    measure=measure,
                    value=page,
                    detail=str(_at(numbers, share)),
                    views=numbers.total(),
                )


def _at(numbers: Counter[int], share: float) -> int:
    """The bucket under which, or in which, this share of all lies."""
    reached = 0
    for number in sorted(numbers):
        reached += numbers[number]
        if reached >= share * numbers.total():
            break
    return number


def _visits(day: date, rows: QuerySet[Visit], least: int) -> Iterator[VisitTotal]:
    """How many pages the visits had, and how long they were, where visits have numbers."""
    numbered = rows.filter(visit__isnull=False).order_by().values("visit")
    long: Counter[str] = Counter()
    for visit in numbered.filter(kind="view").annotate(pages=Count("id")).iterator():
        long[next(name for end, name in reversed(PAGES) if visit["pages"] >= end)] += 1
    stays: Counter[str] = Counter()
    for stay in numbered.filter(kind="dwell").annotate(seconds=Sum("number")).iterator():
        stays[words(bucket(stay["seconds"], DWELL), DWELL, "s")] += 1
    for measure, counts in (("visit", long), ("stay", stays)):
        for value, count in counts.items():
            if count >= least:
                yield VisitTotal(day=day, measure=measure, value=value, views=count)


def _never_few(day: date, rows: QuerySet[Visit], least: int) -> Iterator[VisitTotal]:
    """Counts that are about the site and not about visitors (faults, what was lost), and
    events, whose number is kept back while they are few."""
    faults = rows.filter(kind="fault").values_list("page", "number").annotate(Count("id"))
    for page, status, count in faults:
        yield VisitTotal(day=day, measure="fault", value=page, detail=str(status), views=count)
    for kind in ("error", "event"):
        told = rows.filter(kind=kind).values_list("page", "detail").annotate(Count("id"))
        for page, name, count in told:
            shown = count if kind == "error" or count >= least else None
            yield VisitTotal(day=day, measure=kind, value=page, detail=name, views=shown)
    lost = rows.filter(kind="lost").aggregate(Sum("number"))["number__sum"]
    if lost:
        yield VisitTotal(day=day, measure="lost", views=lost)
