"""From a seed to batches of cases: one policy, then many questions about it.

A batch depends on the seed and its number alone, so a run can be resumed or one batch asked
again. Each question is asked several times, by other people and with other values: what the
guard remembers of the first must not answer the second. Policies are random but lean to the
interesting: a question often meets a grant that names its category.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.db.models import Model

from tests.agreement.case import Case, Question
from tests.agreement.people import ACTORS
from tests.agreement.shapes import ALL
from tests.agreement.world import ASKED, COLUMNS, World
from upheld.datamap.active import Active, active
from upheld.policy.types import Grant, Policy, Purpose

EACH, ASKERS = 40, 4
"""Cases a batch, and of these in a row that ask the same in another's name."""
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
    cases: list[Case] = []
    for _ in range(EACH // ASKERS):
        shape = chance.choice(list(ALL))
        model, column = chance.choice(FITTING[shape])
        second = chance.choice(COLUMNS[model])
        often = chance.random() < 0.85
        purpose = ASKED if often else chance.choice(OTHERS)
        for _ in range(ASKERS):
            question = _question(chance, world, shape, model, column, second)
            actor = chance.choice(list(ACTORS))
            subject = chance.choice([*world.people, "ann", "bob", None])
            cases.append(Case(now, world, purpose, actor, subject, question))
    return Batch(seed, number, now, tuple(cases))


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


def _question(
    chance: random.Random, world: World, shape: str, model: type[Model], column: str, second: str
) -> Question:
    rows = world.rows[model]
    values = [row.values[column] for row in rows]
    return Question(
        shape=shape,
        model=model,
        column=column,
        second=second,
        value=chance.choice(values),
        other=chance.choice([*values, "nothing like it"]),
        row=chance.choice(rows).pk,
    )
