"""The oracle itself: it refuses, filters and masks as the language says, and it knows the
rows as they are."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.agreement.case import REFUSED, Case, Question
from tests.agreement.generate import EACH, batch, governed
from tests.agreement.people import ANN, BOB
from tests.agreement.shapes import ALL
from tests.agreement.ways import at_most, expected
from tests.agreement.world import ASKED, UPKEEP, World
from tests.project.clinic.models import Address, Invoice, Patient
from upheld.context import entered
from upheld.datamap.active import active
from upheld.datamap.paths import subjects_of
from upheld.guard.masked import PLACEHOLDER
from upheld.policy.types import Grant, Purpose


def asked(world: World, may: Grant, shape: str = "values", **changes: Any) -> Any:
    """The oracle's answer about `Patient.phone` under a grant."""
    base = active()
    rule = Purpose(ASKED, "consent", may, default="out")
    policy = replace(base.policy, purposes={**base.policy.purposes, ASKED: rule})
    question = Question(shape, Patient, "phone", "colour", "200", "100", BOB)
    question = replace(question, **changes.pop("question", {}))
    case = Case(governed(base, policy), world, ASKED, "system", "ann", question)
    return expected(replace(case, **changes))


def test_it_is_as_the_language_says(world: World) -> None:
    every = Grant(read=("*",), rows="all")
    assert asked(world, every) == [(ANN, "100"), (BOB, "200"), (9003, "200")]
    assert asked(world, replace(every, rows="own")) == [(ANN, "100")]
    assert asked(world, replace(every, rows="consented")) == [(BOB, "200")]
    assert asked(world, replace(every, mask=("contact.phone",)))[0] == (ANN, PLACEHOLDER)
    assert asked(world, Grant(rows="all")) is REFUSED
    assert asked(world, Grant(rows="all"), "all")[ANN] == "deferred"
    assert asked(world, every, "update") is REFUSED
    assert asked(world, every, purpose=None) is REFUSED
    assert asked(world, Grant(match=("contact.phone",), rows="all"), "filter") == [BOB, 9003]


@pytest.mark.parametrize("model", [Patient, Address, Invoice])
def test_it_knows_whose_the_rows_are(world: World, model: Any) -> None:
    bound = active().datamap.model(model)
    assert bound is not None
    with entered(UPKEEP):
        found = subjects_of(bound, [row.pk for row in world.rows[model]])
    assert found == {row.pk: min(row.subjects, default=None) for row in world.rows[model]}


def test_batches_come_again(world: World) -> None:
    one, two = batch(7, 3, world), batch(7, 3, world)
    assert [case.question for case in one.cases] == [case.question for case in two.cases]
    assert one.now.policy == two.now.policy
    assert len(one.cases) == EACH
    assert batch(7, 4, world).now.policy != one.now.policy


def test_every_shape_is_both_answered_and_refused(world: World) -> None:
    """A shape that the generator never gets through to would test nothing."""
    answered: set[str] = set()
    refused: set[str] = set()
    for number in range(400):
        for case in batch(11, number, world).cases:
            into = refused if expected(case) is REFUSED else answered
            into.add(case.question.shape)
    assert answered == set(ALL)
    assert refused == set(ALL)


def test_a_stricter_line_may_leave_out_and_refuse_but_not_add() -> None:
    assert at_most(REFUSED, [1, 2])
    assert at_most([1], [1, 2])
    assert not at_most([3], [1, 2])
    assert not at_most([1], REFUSED)
    assert not at_most(3, 2)
