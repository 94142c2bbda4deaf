"""Counting a period from a day: over weekends and holidays, and standing still in a pause.

The first day is never counted. A limit in months ends on the same day of the month, or on
the month's last. A limit that ends on a day off is not moved to the next working day, though
many laws allow it: the earlier date is in the person's favour.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from upheld.policy.period import Period
from upheld.rights.clocks.workdays import Calendar

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Pause:
    """The clock stood still after `began`, up to and with `ended`. None = it still does."""

    began: date
    ended: date | None
    reason: str


@dataclass(frozen=True, slots=True)
class Due:
    """The last day, and the days that were not counted on the way, each with its reason."""

    day: date
    skipped: tuple[tuple[date, str], ...] = ()


def due(
    start: date,
    period: Period,
    calendar: Calendar,
    pauses: Iterable[Pause] = (),
    *,
    today: date | None = None,
) -> Due:
    """Return when `period`, counted from `start`, is over.

    A pause without an end lasts until `today`; without `today` it is not counted. Never
    before `start`; a pause never makes the day earlier.
    """
    still = dict(_still(pauses, today))
    if period.unit == "working day":
        return _working(start, period.count, calendar, still)
    return _by_calendar(start, period.after(start), still)


def _working(start: date, count: int, calendar: Calendar, still: dict[date, str]) -> Due:
    day, left = start, count
    skipped: list[tuple[date, str]] = []
    while left:
        day += _DAY
        why = still.get(day) or calendar.why_not(day)
        if why:
            skipped.append((day, why))
        else:
            left -= 1
    return Due(day, tuple(skipped))


def _by_calendar(start: date, end: date, still: dict[date, str]) -> Due:
    skipped: list[tuple[date, str]] = []
    day = start
    while day < end:
        day += _DAY
        if day in still:  # one day more for each that stood still, those added included
            skipped.append((day, still[day]))
            end += _DAY
    return Due(end, tuple(skipped))


def _still(pauses: Iterable[Pause], today: date | None) -> Iterator[tuple[date, str]]:
    for pause in pauses:
        end = pause.ended or today
        day = pause.began
        while end is not None and day < end:
            day += _DAY
            yield day, pause.reason
