"""Laws of counting, on generated days, periods and pauses."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from upheld.policy.period import Period
from upheld.rights.clocks import Calendar, Pause, calendar_of, due

CALENDARS = (
    calendar_of("US", ("sat", "sun")),
    calendar_of("MY-KDH", ("fri", "sat")),
    calendar_of("BN", ("fri", "sun")),
    calendar_of("GB-ENG", ("sat", "sun"), closed={date(2026, 12, 24): "early"}),
)
days = st.dates(date(2019, 1, 1), date(2032, 12, 31))
periods = st.builds(
    Period, st.integers(1, 60), st.sampled_from(("hour", "day", "working day", "week", "month"))
)
calendars = st.sampled_from(CALENDARS)


@st.composite
def pauses(draw: st.DrawFn) -> tuple[Pause, ...]:
    return tuple(
        Pause(began, began + timedelta(days=draw(st.integers(0, 40))), "asked")
        for began in draw(st.lists(days, max_size=3))
    )


@given(days, periods, calendars, pauses())
def test_never_before_it_began(
    start: date, period: Period, calendar: Calendar, paused: tuple[Pause, ...]
) -> None:
    assert due(start, period, calendar, paused).day >= start


@given(days, st.integers(0, 30), periods, calendars)
def test_who_asks_later_is_never_due_earlier(
    start: date, later: int, period: Period, calendar: Calendar
) -> None:
    second = start + timedelta(days=later)
    assert due(start, period, calendar).day <= due(second, period, calendar).day


@given(days, periods, calendars, pauses(), pauses())
@settings(max_examples=150)
def test_a_pause_only_ever_moves_it_back(
    start: date,
    period: Period,
    calendar: Calendar,
    some: tuple[Pause, ...],
    more: tuple[Pause, ...],
) -> None:
    without = due(start, period, calendar).day
    fewer = due(start, period, calendar, some).day
    all_of_them = due(start, period, calendar, (*some, *more)).day
    assert without <= fewer <= all_of_them


@given(days, st.integers(1, 40), calendars)
def test_exactly_so_many_days_are_worked(start: date, count: int, calendar: Calendar) -> None:
    found = due(start, Period(count, "working day"), calendar)
    between = [start + timedelta(days=number) for number in range(1, (found.day - start).days + 1)]
    assert sum(calendar.is_working(day) for day in between) == count
    assert calendar.is_working(found.day)
    assert [day for day, _ in found.skipped] == [
        day for day in between if not calendar.is_working(day)
    ]


@given(days, st.integers(1, 90), calendars, pauses())
def test_a_paused_day_is_given_back_once(
    start: date, count: int, calendar: Calendar, paused: tuple[Pause, ...]
) -> None:
    found = due(start, Period(count, "day"), calendar, paused)
    assert (found.day - start).days == count + len(found.skipped)
    assert len({day for day, _ in found.skipped}) == len(found.skipped)
