from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.disposal.conftest import governed, keeps
from upheld.disposal.clocks import endings, last_day_over
from upheld.policy.period import Period
from upheld.policy.types import Hold

INVOICE = {"clinic.Invoice": {"order.placed": "placed", "case.closed": "placed"}}


def rules() -> dict[str, tuple[str, ...]]:
    return {
        rule.id: tuple(column.field.name for column in rule.columns)
        for ending in endings()
        for rule in ending.rules
    }


def test_columns_of_one_time_end_together_and_others_apart() -> None:
    with governed(
        keeps("sending", ("order.content", "order.reference"), "order.placed", "6 years"),
        keeps("letters", "contact.email", "order.placed", "30 days"),
        events=INVOICE,
    ):
        assert rules() == {
            "clinic.Invoice after order.placed + 6 years": ("number", "content"),
            "clinic.Invoice after order.placed + 30 days": ("guest_email",),
        }
        (ending,) = endings()
        assert ending.whole
        assert [str(clock.period) for clock in ending.clocks] == ["6 years"]


def test_what_two_purposes_keep_ends_with_the_later() -> None:
    with governed(
        keeps("short", "order.content", "order.placed", "30 days"),
        keeps("long", "order.content", "order.placed", "6 years"),
        keeps("closing", "order.content", "case.closed", "1 day"),
        events=INVOICE,
    ):
        (ending,) = endings()
        (rule,) = ending.rules
        assert [(c.event, str(c.period), c.who) for c in rule.clocks] == [
            ("order.placed", "6 years", ("short", "long")),
            ("case.closed", "1 day", ("closing",)),
        ]
        assert not ending.whole


def test_a_purpose_whose_event_is_not_dated_here_keeps_nothing_here() -> None:
    with governed(
        keeps("mail", "order.content", "message.sent", "10 years"),
        keeps("sending", "order.content", "order.placed", "30 days"),
        events=INVOICE,
    ):
        (ending,) = endings()
        assert [str(clock.period) for clock in ending.clocks] == ["30 days"]


def test_a_hold_with_a_period_is_one_more_clock_and_one_without_waits_for_people() -> None:
    with governed(
        keeps("sending", "order.content", "order.placed", "30 days", hold=("tax", "dispute")),
        events=INVOICE,
        holds=(
            Hold("tax", ("order.content",), "order.placed", "6 years"),
            Hold("dispute", ("order.content",)),
        ),
    ):
        (ending,) = endings()
        (rule,) = ending.rules
        assert [(str(c.period), c.who) for c in rule.clocks] == [("6 years", ("sending", "tax"))]
        assert rule.holds == ("dispute",)


def test_models_without_dates_have_no_end() -> None:
    with governed(keeps("sending", "order.content", "order.placed", "1 day"), events={}):
        assert endings() == ()


@given(
    st.builds(
        Period,
        st.integers(1, 40),
        st.sampled_from(["hour", "day", "week", "month", "year"]),
    ),
    st.dates(date(1990, 1, 1), date(2100, 1, 1)),
)
def test_the_last_day_over_is_the_last_one_that_is(period: Period, today: date) -> None:
    last = last_day_over(period, today)
    assert period.after(last) <= today
    assert period.after(last + timedelta(days=1)) > today


def test_working_days_are_counted_as_calendar_days_rounded_up() -> None:
    assert last_day_over(Period(5, "working day"), date(2026, 11, 22)) == date(2026, 11, 15)
