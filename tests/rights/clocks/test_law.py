from __future__ import annotations

from datetime import date

from upheld.policy.period import Period
from upheld.rights.clocks import law_for, laws

TODAY = date(2026, 11, 22)


def test_every_row_says_where_since_when_and_on_which_source() -> None:
    assert len(laws()) >= 8
    for law in laws():
        assert law.countries
        assert law.source
        assert date(2001, 1, 1) <= law.since <= law.checked


def test_one_month_in_the_union_and_45_days_in_the_united_states() -> None:
    german = law_for("DE", "copy", TODAY)
    assert german is not None
    assert (german.id, german.within) == ("gdpr", Period(1, "month"))
    american = law_for("US", "deletion", TODAY)
    assert american is not None
    assert (american.id, american.within) == ("ccpa", Period(45, "day"))


def test_a_row_for_the_very_kind_wins() -> None:
    law = law_for("US", "objection", TODAY)
    assert law is not None
    assert (law.id, law.within) == ("ccpa-opt-out", Period(15, "working day"))


def test_norway_is_a_country_and_no_answer() -> None:
    assert law_for("NO", "access", TODAY) is not None


def test_a_part_of_a_country_falls_back_to_the_country() -> None:
    texan = law_for("US-TX", "copy", TODAY)
    assert texan is not None
    assert texan.id == "ccpa"


def test_a_law_does_not_bind_before_its_day() -> None:
    assert law_for("DE", "access", date(2018, 5, 24)) is None
    assert law_for("DE", "access", date(2018, 5, 25)) is not None


def test_what_nobody_looked_up_is_not_guessed() -> None:
    assert law_for("AQ", "access", TODAY) is None
