"""What changed between two notices."""

from __future__ import annotations

from tests.notice.test_parse import marked, sound
from upheld.notice.diff import diff_notices

BEFORE = sound(marked("We keep it. [keep] We never sell it. [never-sold] Hello. [info: a word]"))


def shown(text: str) -> list[str]:
    return [str(each) for each in diff_notices(BEFORE, sound(marked(text)))]


def test_a_promise_that_is_not_made_any_more_is_material() -> None:
    assert shown("We keep it. [keep]") == ["! notice.never-sold: withdrawn (worse for everyone)"]


def test_a_new_wording_and_a_new_promise_are_not() -> None:
    text = "We do keep it. [keep] We never sell it. [never-sold] We water it. [water]"
    assert shown(text) == ["  notice.keep: worded anew", "  notice.water: added"]


def test_information_does_not_count() -> None:
    assert shown("We never sell it. [never-sold] We keep it. [keep]") == []
