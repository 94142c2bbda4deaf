"""The ambient context: what a block changes, and that it changes nothing else."""

from __future__ import annotations

from dataclasses import fields

import pytest

from upheld.context import NOWHERE, Actor, Context, acting_for, current, entered, purpose

GIVEN = Context("own", Actor("member", "member:1"), "member:1", "orders:list", "r1")


def test_every_field_is_given_here() -> None:
    assert all(getattr(GIVEN, f.name) != getattr(NOWHERE, f.name) for f in fields(Context))


@pytest.mark.parametrize(
    ("given", "changed"),
    [
        ({}, set()),
        ({"actor": Actor("system", "system:x")}, {"actor"}),
        ({"subject": "member:2"}, {"subject"}),
        ({"place": "elsewhere"}, {"place"}),
    ],
)
def test_a_purpose_keeps_what_is_not_given(given: dict[str, object], changed: set[str]) -> None:
    with entered(GIVEN), purpose("upkeep", **given):  # type: ignore[arg-type]
        now = current()
    differing = {f.name for f in fields(Context) if getattr(now, f.name) != getattr(GIVEN, f.name)}
    assert differing == changed | {"purpose"}
    assert all(getattr(now, name) == value for name, value in given.items())


def test_acting_for_keeps_all_but_the_subject() -> None:
    with entered(GIVEN), acting_for("member:2"):
        now = current()
    differing = {f.name for f in fields(Context) if getattr(now, f.name) != getattr(GIVEN, f.name)}
    assert differing == {"subject"}


def test_the_context_before_comes_back() -> None:
    with entered(GIVEN):
        with pytest.raises(ZeroDivisionError), purpose(None):
            raise ZeroDivisionError
        assert current() is GIVEN
    assert current() is NOWHERE
