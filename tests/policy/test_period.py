"""Periods: how they are written, how long they are, when they end."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upheld.policy.period import Period, Unit, longer, parse_period

UNITS: tuple[Unit, ...] = ("hour", "day", "working day", "week", "month", "year")
periods = st.builds(Period, st.integers(1, 9999), st.sampled_from(UNITS))


@given(periods)
def test_reading_what_is_written(period: Period) -> None:
    assert parse_period(str(period)) == period


@pytest.mark.parametrize(
    "text", ["", "prompt", "0 days", "1", "days", "a week", "1.5 years", "-1 day", "99999 days"]
)
def test_what_is_no_period(text: str) -> None:
    assert parse_period(text) is None


@pytest.mark.parametrize(
    ("period", "day", "end"),
    [
        ("1 day", date(2026, 2, 28), date(2026, 3, 1)),
        ("2 weeks", date(2026, 12, 25), date(2027, 1, 8)),
        ("1 month", date(2026, 1, 31), date(2026, 2, 28)),
        ("13 months", date(2026, 12, 1), date(2028, 1, 1)),
        ("1 year", date(2028, 2, 29), date(2029, 2, 28)),
        ("36 hours", date(2026, 1, 1), date(2026, 1, 3)),
        ("48 hours", date(2026, 1, 1), date(2026, 1, 3)),
    ],
)
def test_when_it_ends(period: str, day: date, end: date) -> None:
    parsed = parse_period(period)
    assert parsed is not None
    assert parsed.after(day) == end


def test_working_days_need_a_calendar() -> None:
    with pytest.raises(ValueError, match=r"^working days need a calendar of holidays$"):
        Period(7, "working day").after(date(2026, 1, 1))


@given(st.integers(1, 400), st.sampled_from(UNITS), st.dates(date(1970, 1, 1), date(2300, 1, 1)))
def test_more_of_a_unit_never_ends_earlier(count: int, unit: Unit, day: date) -> None:
    if unit == "working day":
        return
    assert Period(count + 1, unit).after(day) >= Period(count, unit).after(day) > day


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("31 days", "1 month"),
        ("2 years", "23 months"),
        ("", "99 years"),
        ("1 hour", "prompt"),
        ("2 weeks", "9 working days"),
    ],
)
def test_which_lasts_longer(one: str, other: str) -> None:
    assert longer(one, other)
    assert not longer(other, one)
    assert not longer(one, one)
