"""From a seed to batches of cases: one policy, then many questions about it.

A batch depends on the seed and its number alone, so a run can be resumed or one batch asked
again. Policies are random but lean to the interesting: a question often meets a grant that
names its category.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

from tests.agreement.case import Case, Question
from tests.agreement.people import ACTORS
from tests.agreement.shapes import ALL
from tests.agreement.world import ASKED, COLUMNS, World
from upheld.datamap.active import Active, active
from upheld.policy.types import Grant, Policy, Purpose

EACH = 40
"""Cases a batch."""
OTHERS = ("own", "order_fulfilment", "after_sales", "weekly_bundle_mail", "statistics",
          "catalogue_work", "authentication", "unheard-of", None)  # fmt: skip
FITTING = {
    name: [
        (model, column)
        for model, columns in COLUMNS.items()
        for column in columns
        if shape.fits(model, column)
    ]
    for name, shape in ALL.items()
}
"""What each shape can be asked about."""


@dataclass(frozen=True)
class Batch:
    """Cases about one policy. `number` counts from 0."""

    seed: int
    number: int
    now: Active
    cases: tuple[Case, ...]


def batches(seed: int, world: World, *, first: int = 0) -> Iterator[Batch]:
    """Yield batches without end, from the batch `first`."""
    number = first
    while True:
        yield batch(seed, number, world)
        number += 1


def batch(seed: int, number: int, world: World) -> Batch:
    """Return one batch; equal arguments give equal batches."""
    chance = random.Random(f"{seed}:{number}")
    base = active()
    policy = _policy(chance, base.policy)
    now = replace(base, policy=policy, kept={})
    cases = tuple(_case(chance, now, world) for _ in range(EACH))
    return Batch(seed, number, now, cases)


def governed(base: Active, policy: Policy) -> Active:
    """The same map under another policy. Sealing must be the same: the rows are sealed."""
    assert {id: c.sealed for id, c in policy.data.items()} == {
        id: c.sealed for id, c in base.policy.data.items()
    }
    return replace(base, policy=policy, kept={})


def _policy(chance: random.Random, base: Policy) -> Policy:
    rule = Purpose(
        id=ASKED,
        basis="consent",
        may=_grant(chance, tuple(base.data)),
        default=chance.choice(("in", "out")),
        posts=chance.choice(((), (), (), ("dispatch",), ("dispatch", "after_sales"))),
        says=("only-if-agreed",),
    )
    refuse = dict(base.refuse)
    if chance.random() < 0.15:
        refused = next(iter(base.refuse.values()))
        category = chance.choice(tuple(base.data))
        refuse[category] = replace(refused, id=category)
    return replace(base, purposes={**base.purposes, ASKED: rule}, refuse=refuse)


def _grant(chance: random.Random, categories: tuple[str, ...]) -> Grant:
    """Half of the time everything is granted but for a few; else few are."""

    def some(wide: float) -> tuple[str, ...]:
        lot = chance.random()
        if lot < wide:
            return ("*",)
        if lot < wide + 0.15:
            return ()
        return tuple(sorted(chance.sample(categories, chance.randint(1, len(categories) - 1))))

    return Grant(
        read=some(0.4),
        mask=some(0.02) if chance.random() < 0.4 else (),
        match=some(0.3),
        write=some(0.4),
        rows=chance.choice(("own", "consented", "all")),
    )


def _case(chance: random.Random, now: Active, world: World) -> Case:
    shape = chance.choice(list(ALL))
    model, column = chance.choice(FITTING[shape])
    rows = world.rows[model]
    question = Question(
        shape=shape,
        model=model,
        column=column,
        second=chance.choice(COLUMNS[model]),
        value=chance.choice(rows).values[column],
        other=chance.choice([*(row.values[column] for row in rows), "nothing like it"]),
        row=chance.choice(rows).pk,
    )
    often = chance.random() < 0.85
    return Case(
        now,
        world,
        purpose=ASKED if often else chance.choice(OTHERS),
        actor=chance.choice(list(ACTORS)),
        subject=chance.choice([*world.people, "ann", "bob", None]),
        question=question,
    )
