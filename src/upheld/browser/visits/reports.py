"""What staff may read of visits: totals of days, never a view.

Days that are over come from their totals; today, and what no sweep has summed up yet, is summed
up for the reader by the same rules.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db import DEFAULT_DB_ALIAS

from upheld.browser.visits.models import VisitTotal
from upheld.browser.visits.moments import now
from upheld.browser.visits.rolling import GROUPS, REST, totals_of
from upheld.browser.visits.rules import Rule, rule_in_force
from upheld.browser.visits.sweeping import open_days

MOST_DAYS = 366
MOST_LINES = 50
"""Values of one measure that are shown."""
TABLES = (*GROUPS, "step", "visit", "stay")


@dataclass(frozen=True, slots=True)
class Day:
    """One day. None = fewer visitors than the policy lets be shown."""

    day: date
    views: int | None
    visitors: int | None


@dataclass(frozen=True, slots=True)
class Line:
    """One value of a measure. `visitors` are added up day by day; None where they are not
    counted or too few. The value `*` stands for all that were left out."""

    value: str
    views: int | None
    visitors: int | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Typical:
    """A page's usual time, as the lower end of a bucket: the median day's median, and the same
    of the slowest tenth (None where it is not measured)."""

    value: str
    median: int
    slowest: int | None
    views: int


@dataclass(frozen=True, slots=True)
class Report:
    """Visits of some days, `first` and `last` included."""

    first: date
    last: date
    minimum_group: int
    days: tuple[Day, ...]
    hours: tuple[Line, ...]
    """All 24, added up over the days."""
    tables: dict[str, tuple[Line, ...]]
    dwell: tuple[Typical, ...] = ()
    """Seconds."""
    load: tuple[Typical, ...] = ()
    """Milliseconds until a page was whole in the browser."""
    speed: tuple[Typical, ...] = ()
    """Milliseconds until a page was made."""
    faults: tuple[Line, ...] = ()
    errors: tuple[Line, ...] = ()
    events: tuple[Line, ...] = ()
    lost: int = 0
    """Views that were not taken since too many came at once."""
    views: int = field(default=0)
    visitors: int = field(default=0)


def report(days: int, using: str = DEFAULT_DB_ALIAS) -> Report | None:
    """The report of the last `days` days, today included; None where nothing is counted."""
    rule = rule_in_force()
    if rule is None:
        return None
    last = now().day
    first = last - timedelta(days=max(1, min(days, MOST_DAYS)) - 1)
    return _report(_rows(first, last, rule, using), first, last, rule)


def _rows(first: date, last: date, rule: Rule, using: str) -> list[VisitTotal]:
    stored = VisitTotal.objects.using(using).filter(day__gte=first, day__lte=last)
    rows = list(stored)
    summed_up = {row.day for row in rows}
    for day in [*open_days(using, before=last), last]:
        if first <= day and day not in summed_up:
            rows += totals_of(day, rule, using)
    return rows


def _report(rows: list[VisitTotal], first: date, last: date, rule: Rule) -> Report:
    by_measure: dict[str, list[VisitTotal]] = {}
    for row in rows:
        by_measure.setdefault(row.measure, []).append(row)
    totals = {row.day: row for row in by_measure.get("total", [])}
    days = tuple(
        Day(day, totals[day].views, totals[day].visitors) if day in totals else Day(day, 0, 0)
        for day in (first + timedelta(days=n) for n in range((last - first).days + 1))
    )
    return Report(
        first,
        last,
        rule.minimum_group,
        days,
        _hours(by_measure.get("hour", [])),
        {measure: _lines(by_measure.get(measure, [])) for measure in TABLES},
        _typical(by_measure, "dwell"),
        _typical(by_measure, "load"),
        _typical(by_measure, "speed"),
        _lines(by_measure.get("fault", [])),
        _lines(by_measure.get("error", [])),
        _lines(by_measure.get("event", [])),
        sum(row.views or 0 for row in by_measure.get("lost", [])),
        sum(day.views or 0 for day in days),
        sum(day.visitors or 0 for day in days),
    )


def _lines(rows: Iterable[VisitTotal]) -> tuple[Line, ...]:
    """Values with their counts over all days, the most viewed first, what was left out last."""
    views: Counter[tuple[str, str]] = Counter()
    visitors: Counter[tuple[str, str]] = Counter()
    told: set[tuple[str, str]] = set()
    for row in rows:
        key = (row.value, row.detail)
        views[key] += row.views or 0
        visitors[key] += row.visitors or 0
        if row.views is not None:
            told.add(key)
    keys = sorted(views, key=lambda key: (key[0] == REST, -views[key], key))
    named = [key for key in keys if key[0] != REST][:MOST_LINES]
    rest = [key for key in keys if key[0] == REST]
    return tuple(
        Line(
            key[0],
            views[key] if key in told else None,
            visitors[key] or None,
            key[1],
        )
        for key in (*named, *rest)
    )


def _hours(rows: Iterable[VisitTotal]) -> tuple[Line, ...]:
    found = {line.value: line for line in _lines(rows)}
    hours = [f"{hour:02}" for hour in range(24)]
    return tuple(found.get(hour, Line(hour, 0, 0)) for hour in hours)


def _typical(by_measure: dict[str, list[VisitTotal]], measure: str) -> tuple[Typical, ...]:
    medians = _middle(by_measure.get(measure, []))
    slowest = _middle(by_measure.get(f"{measure}90", []))
    views: Counter[str] = Counter()
    for row in by_measure.get(measure, []):
        views[row.value] += row.views or 0
    order = sorted(medians, key=lambda value: (value != "", -views[value], value))
    return tuple(
        Typical(value, medians[value], slowest.get(value), views[value])
        for value in order[:MOST_LINES]
    )


def _middle(rows: Iterable[VisitTotal]) -> dict[str, int]:
    """The middle one of each value's daily buckets, days weighed by their views."""
    found: dict[str, Counter[int]] = {}
    for row in rows:
        found.setdefault(row.value, Counter())[int(row.detail)] += row.views or 0
    middle = {}
    for value, numbers in found.items():
        reached = 0
        for number in sorted(numbers):
            reached += numbers[number]
            if reached * 2 >= numbers.total():
                middle[value] = number
                break
    return middle
