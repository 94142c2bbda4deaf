"""The appliance shop's clock: 5 working days to check who it is, then 7 to finish."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from upheld.policy.period import Period
from upheld.rights.clocks import Facts, Pause, Rules, calendar_of, law_for, read_clock
from upheld.rights.clocks.reading import day_in, end_of

ZONE = "America/New_York"
CALENDAR = calendar_of("US", ("sat", "sun"))
SHOP = Rules(
    calendar=CALENDAR,
    law=law_for("US", "copy", date(2026, 11, 22)),
    within=Period(7, "working day"),
    counted_from="verified",
    verify_within=Period(5, "working day"),
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ZONE))


def test_before_the_check_only_the_check_and_the_law_have_a_date() -> None:
    reading = read_clock(Facts(at("2026-11-22T10:00"), ZONE), SHOP)
    assert reading.received_on == date(2026, 11, 22)
    assert reading.verify_by == date(2026, 11, 30)  # Mon Tue Wed, not Thanksgiving, Fri, Mon
    assert reading.promised_by is None
    assert reading.lawful_by == date(2027, 1, 6)
    assert reading.next_by == reading.verify_by
    assert reading.alarm_on == date(2026, 11, 25)
    assert (date(2026, 11, 26), "Thanksgiving Day") in reading.skipped


def test_after_the_check_seven_working_days() -> None:
    facts = Facts(at("2026-11-22T10:00"), ZONE, at("2026-11-25T17:59"))
    reading = read_clock(facts, SHOP)
    assert reading.promised_by == date(2026, 12, 7)
    assert reading.next_by == reading.promised_by
    assert reading.verify_by == date(2026, 11, 30)


def test_over_the_end_of_the_year() -> None:
    facts = Facts(at("2026-12-20T10:00"), ZONE, at("2026-12-23T09:00"))
    # 24, 28-31 December, 4 and 5 January; not Christmas, weekends, New Year's Day.
    assert read_clock(facts, SHOP).promised_by == date(2027, 1, 5)


def test_a_pause_moves_the_promise_and_not_a_law_that_knows_none() -> None:
    facts = Facts(at("2026-11-30T10:00"), ZONE, at("2026-11-30T12:00"))
    paused = Facts(
        facts.received_at,
        ZONE,
        facts.verified_at,
        (Pause(date(2026, 12, 1), date(2026, 12, 4), "asked which account is meant"),),
    )
    before, after = read_clock(facts, SHOP), read_clock(paused, SHOP)
    assert (before.promised_by, after.promised_by) == (date(2026, 12, 9), date(2026, 12, 14))
    assert before.lawful_by == after.lawful_by
    assert (date(2026, 12, 2), "asked which account is meant") in after.skipped


def test_a_pause_moves_a_law_that_allows_it() -> None:
    rules = Rules(calendar_of("GB-ENG", ("sat", "sun")), law_for("GB", "copy", date(2026, 11, 2)))
    moment = datetime(2026, 11, 2, 9, tzinfo=UTC)
    pause = Pause(date(2026, 11, 3), date(2026, 11, 13), "asked who it is")
    assert read_clock(Facts(moment, "Europe/London"), rules).lawful_by == date(2026, 12, 2)
    paused = Facts(moment, "Europe/London", pauses=(pause,))
    assert read_clock(paused, rules).lawful_by == date(2026, 12, 12)


def test_an_open_pause_lasts_until_today() -> None:
    facts = Facts(
        at("2026-11-30T10:00"),
        ZONE,
        at("2026-11-30T12:00"),
        (Pause(date(2026, 12, 1), None, "asked"),),
    )
    assert read_clock(facts, SHOP, today=date(2026, 12, 4)).promised_by == date(2026, 12, 14)
    assert read_clock(facts, SHOP, today=date(2026, 12, 7)).promised_by == date(2026, 12, 15)


def test_the_day_is_that_of_the_zone_and_not_of_greenwich() -> None:
    late = datetime(2026, 11, 3, 2, 30, tzinfo=UTC)  # 21:30 the day before in New York
    assert day_in(late, ZONE) == date(2026, 11, 2)
    assert day_in(late, "Asia/Brunei") == date(2026, 11, 3)


def test_the_last_day_ends_at_its_own_midnight_when_the_clocks_change() -> None:
    spring, autumn = date(2026, 3, 8), date(2026, 11, 1)
    for day, hours in ((spring, 23), (autumn, 25)):
        length = end_of(day, ZONE).astimezone(UTC) - end_of(
            day - timedelta(days=1), ZONE
        ).astimezone(UTC)
        assert length == timedelta(hours=hours)


def test_the_end_of_january_is_one_month_before_the_end_of_february() -> None:
    rules = Rules(calendar_of("DE", ("sat", "sun")), law_for("DE", "copy", date(2026, 1, 31)))
    reading = read_clock(Facts(datetime(2026, 1, 31, 12, tzinfo=UTC), "Europe/Berlin"), rules)
    assert reading.lawful_by == date(2026, 2, 28)


def test_how_a_request_stands() -> None:
    reading = read_clock(Facts(at("2026-11-22T10:00"), ZONE), SHOP)
    standing = {day: reading.standing(date(2026, 11, day)) for day in (24, 25, 30)}
    assert standing == {24: "in time", 25: "soon", 30: "soon"}
    assert reading.standing(date(2026, 12, 1)) == "late"


def test_without_law_and_promise_there_is_no_date() -> None:
    reading = read_clock(Facts(at("2026-11-22T10:00"), ZONE), Rules(CALENDAR))
    assert (reading.next_by, reading.alarm_on) == (None, None)
    assert reading.standing(date(2030, 1, 1)) == "none"
