"""The table of moves is the whole machine: what it does not name is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upheld.rights.requests.states import FINAL, GROUNDS, MOVES, RUNNING, WrongMove, moved

STATES = (*RUNNING, *FINAL)


@given(st.sampled_from(sorted(MOVES)), st.sampled_from(STATES), st.booleans())
def test_a_step_goes_where_the_table_says_or_nowhere(step: str, state: str, proved: bool) -> None:
    move = MOVES[step]  # type: ignore[index]
    fits = state in move.before and move.proved in (None, proved)
    if fits:
        assert moved(step, state, proved=proved) == (move.after or state)  # type: ignore[arg-type]
    else:
        with pytest.raises(WrongMove):
            moved(step, state, proved=proved)  # type: ignore[arg-type]


@given(st.lists(st.tuples(st.sampled_from(sorted(MOVES)), st.booleans()), max_size=12))
def test_what_is_over_stays_over(steps: list[tuple[str, bool]]) -> None:
    state: str = "open"
    ended = ""
    for step, proved in steps:
        try:
            state = moved(step, state, proved=proved)  # type: ignore[arg-type]
        except WrongMove:
            continue
        assert not ended or state == ended
        ended = state if state in FINAL else ""


def test_nothing_is_done_before_it_is_known_who_asks() -> None:
    with pytest.raises(WrongMove) as caught:
        moved("fulfil", "in_progress", proved=False)
    assert str(caught.value) == (
        "the step `fulfil` needs a request whose identity is confirmed (confirm who asks first)"
    )


def test_a_closed_request_says_so() -> None:
    with pytest.raises(WrongMove) as caught:
        moved("deny", "fulfilled", proved=True)
    assert str(caught.value) == (
        "a request that is `fulfilled` cannot take the step `deny` "
        "(look at the request again: somebody may have moved it)"
    )


def test_the_grounds_are_those_of_the_protocol() -> None:
    assert set(GROUNDS) == {
        "suspected_fraud", "insuf_verification", "no_match", "claim_not_covered",
        "outside_jurisdiction", "too_many_requests", "other",
    }  # fmt: skip
