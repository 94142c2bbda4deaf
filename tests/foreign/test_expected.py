"""A run of somebody else's suite is good only when it fails exactly where its list says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from foreign import expected as lists
from foreign.expected import Verdict, judge, listed
from foreign.suites import MODES, SUITES

OUTCOMES = {"a": "passed", "b": "failed", "c": "failed", "d": "skipped"}


@pytest.mark.parametrize(
    ("known", "whole", "verdict", "good"),
    [
        ({"b": "x", "c": "x"}, True, Verdict(1, 1, ("b", "c"), (), ()), True),
        ({"b": "x"}, True, Verdict(1, 1, ("b",), ("c",), ()), False),
        ({"a": "x", "b": "x", "c": "x"}, True, Verdict(1, 1, ("b", "c"), (), ("a",)), False),
        ({"b": "x", "c": "x", "gone": "x"}, True, Verdict(1, 1, ("b", "c"), (), ("gone",)), False),
        ({"b": "x", "c": "x", "other": "x"}, False, Verdict(1, 1, ("b", "c"), (), ()), True),
        ({"b": "x", "c": "x", "d": "x"}, True, Verdict(1, 1, ("b", "c"), (), ("d",)), False),
    ],
)
def test_a_run_is_held_against_its_list(
    known: dict[str, str], whole: bool, verdict: Verdict, good: bool
) -> None:
    found = judge(OUTCOMES, known, whole=whole)
    assert found == verdict
    assert found.good is good


def test_what_fails_without_the_guard_is_listed_for_every_mode(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "oscar").mkdir()
    (tmp_path / "oscar" / "expected.yaml").write_text(
        "stock: {sqlite: {locks: [one]}}\n"
        "enforce: {both: {words: [two]}, postgresql: {grants: [three]}}\n"
    )
    monkeypatch.setattr("foreign.suites.HERE", tmp_path)
    suite = replace(SUITES["oscar"])
    assert listed(suite, "stock", "sqlite") == {"one": "locks"}
    assert listed(suite, "observe", "sqlite") == {"one": "locks"}
    assert listed(suite, "observe", "postgresql") == {}
    assert listed(suite, "enforce", "sqlite") == {"one": "locks", "two": "words"}
    assert listed(suite, "enforce", "postgresql") == {"two": "words", "three": "grants"}


@pytest.mark.parametrize("suite", SUITES.values(), ids=lambda suite: suite.name)
def test_every_exception_has_a_reason(suite: lists.Suite) -> None:
    for mode in MODES:
        for database in ("sqlite", "postgresql"):
            assert all(len(reason) > 20 for reason in listed(suite, mode, database).values())
