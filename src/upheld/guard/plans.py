"""Compiled statements, remembered by the shape of their query.

A site runs a few hundred statements over and over with other values. Once the guard has
decided and Django has compiled one, the text, the outputs and the columns it touches hold
for every query of that shape which is decided by the same `Decisions`: they are made from
one governance, purpose and set of posts, and are part of the key. Three things are never
remembered: values, the person acted for (row rules are asked for each time), and refusals.

A statement is kept only when its parameters, put together again from their sources, are
those that compiling gave. Kept on the connection, which one thread uses at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from upheld.datamap.bound import BoundColumn
from upheld.guard.outputs import Converter
from upheld.guard.shapes import Shape
from upheld.guard.visiting import whom

if TYPE_CHECKING:
    from upheld.guard.planned import Planned
    from upheld.guard.rowseals import Seals

Rule = tuple[str, str | None, str]
"""Table, alias, and the condition that its row rule was when the plan was made."""


@dataclass(slots=True, eq=False)
class Plan:
    """What a compiled query leaves for the next of its shape."""

    sql: str
    constants: tuple[Any, ...]
    """Parameters of the select list, which are a part of the shape."""
    joined: tuple[Rule, ...]
    limited: tuple[Rule, ...]
    """Row rules in ON, whose parameters come before the filters', and in WHERE, after them."""
    select: list[Any]
    klass_info: dict[str, Any] | None
    annotation_col_map: dict[str, int]
    has_extra_select: bool
    touched: int
    sealed_outputs: list[tuple[str, BoundColumn]] | None
    withheld: dict[int, list[Converter]] | None
    pins: list[Any]
    """Keeps alive what the shape names by identity."""
    converters: tuple[Sequence[Any], Any] | None = None
    """Outputs and their converters, once they were asked for."""
    seals: tuple[Sequence[Any], list[Seals]] | None = None
    """Outputs and what they must agree with, likewise."""


def recall(compiler: Planned, shape: Shape) -> tuple[Plan, tuple[Any, ...]] | None:
    """Return the plan of a query of this shape and the parameters, None for none.

    Raises `PurposeError` where a row rule refuses.
    """
    plan = compiler.gate.plans.get(_key(compiler, shape))
    if plan is None:
        return None
    params = _params(compiler, plan, shape)
    return None if params is None else (plan, params)


def keep(compiler: Planned, shape: Shape, plan: Plan, params: tuple[Any, ...]) -> None:
    """Keep a plan of what was just compiled, if it gives the same parameters again."""
    again = _params(compiler, plan, shape)
    if again is not None and _same(again, params):
        compiler.gate.plans.keep(_key(compiler, shape), plan)


def _key(compiler: Planned, shape: Shape) -> tuple[Any, ...]:
    subject = whom(compiler.context)
    # Row rules are written by the kind of person, so that the plans of a visitor and of a
    # member do not replace each other. Who it is enters as a parameter.
    kind = None if subject is None else subject.partition(":")[0]
    return (compiler.ruling, kind, *shape.key)


def _params(compiler: Planned, plan: Plan, shape: Shape) -> tuple[Any, ...] | None:
    """The parameters of the statement, None when a row rule is written in another way now."""
    if not plan.joined and not plan.limited:
        return (*plan.constants, *shape.params)
    before = _of_rules(compiler, plan.joined)
    after = _of_rules(compiler, plan.limited)
    if before is None or after is None:
        return None
    return (*plan.constants, *before, *shape.params, *after)


def _of_rules(compiler: Planned, rules: tuple[Rule, ...]) -> list[Any] | None:
    params: list[Any] = []
    for table, alias, sql in rules:
        fragment = compiler.rule_for(table, alias)
        if fragment is None or fragment[0] != sql:
            return None
        params += fragment[1]
    return params


def _same(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    return len(one) == len(other) and all(
        a is b or (a.__class__ is b.__class__ and a == b) for a, b in zip(one, other, strict=True)
    )
