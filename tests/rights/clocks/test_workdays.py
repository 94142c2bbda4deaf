from __future__ import annotations

from datetime import date

import holidays
import pytest

from upheld.errors import ConfigurationError
from upheld.rights.clocks import calendar_of

US = calendar_of("US", ("sat", "sun"))
THANKSGIVING = date(2026, 11, 26)


def test_a_day_off_says_why() -> None:
    assert US.why_not(THANKSGIVING) == "Thanksgiving Day"
    assert US.why_not(date(2026, 11, 28)) == "weekend"
    assert US.why_not(date(2026, 11, 27)) == ""


def test_the_first_day_is_not_counted() -> None:
    monday = date(2026, 11, 23)
    assert US.after(monday, 1) == date(2026, 11, 24)
    assert US.after(monday, 3) == date(2026, 11, 27)  # over Thanksgiving
    assert US.after(monday, 0) == monday
    assert US.after(date(2026, 11, 30), -2) == date(2026, 11, 25)


def test_kedah_rests_on_friday_and_saturday_whatever_the_library_says() -> None:
    kedah = calendar_of("MY-KDH", ("fri", "sat"))
    assert frozenset(holidays.country_holidays("MY", subdiv="KDH").weekend) == {5, 6}
    friday, sunday = date(2026, 11, 20), date(2026, 11, 22)
    assert kedah.why_not(friday) == "weekend"
    assert kedah.is_working(sunday)
    assert kedah.after(date(2026, 11, 19), 1) == sunday


def test_days_in_lieu_of_another_weekend_are_not_taken_over() -> None:
    # 25 December 2027 is a Saturday; the Monday after is off only where Saturday is.
    monday = date(2027, 12, 27)
    assert not calendar_of("GB", ("sat", "sun")).is_working(monday)
    assert calendar_of("GB", ("fri", "sat")).is_working(monday)


def test_the_sites_own_days_stand_above_the_rest() -> None:
    own = calendar_of(
        "US",
        ("sat", "sun"),
        closed={date(2026, 11, 27): "stocktaking"},
        open={date(2026, 11, 28): "we work this Saturday"},
    )
    assert own.why_not(date(2026, 11, 27)) == "stocktaking"
    assert own.is_working(date(2026, 11, 28))
    assert own.after(date(2026, 11, 25), 1) == date(2026, 11, 28)


def test_the_version_names_everything_the_days_follow_from() -> None:
    version = f"holidays {holidays.__version__}; US; weekend sat sun"
    assert US.version == version
    own = calendar_of("US", ("sat", "sun"), closed={date(2026, 12, 24): "early"})
    assert own.version.startswith(f"{version}; own days ")
    later = calendar_of("US", ("sat", "sun"), closed={date(2026, 12, 31): "early"})
    assert own.version != later.version


def test_an_unknown_place_is_refused() -> None:
    with pytest.raises(ConfigurationError) as caught:
        calendar_of("XX", ("sat", "sun"))
    assert str(caught.value) == (
        "no calendar of holidays for `XX` "
        "(give `controller.holidays` as ISO 3166, for example `US` or `GB-ENG`)"
    )


def test_a_week_without_work_is_refused() -> None:
    with pytest.raises(ConfigurationError) as caught:
        calendar_of("US", ("mon", "tue", "wed", "thu", "fri", "sat", "sun"))
    assert caught.value.message == "a week without a working day"
