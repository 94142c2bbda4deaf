"""Carrying out a plan as the owner of the tables, and looking whether there is one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction

from upheld.datamap.active import active
from upheld.datamap.pathsql import quoted
from upheld.errors import ConfigurationError
from upheld.guard.secondline.actual import Actual, actual
from upheld.guard.secondline.design import Design, design
from upheld.guard.secondline.facts import Facts, facts_of, owner_alias, reading
from upheld.guard.secondline.plan import Plan, become, difference, removal
from upheld.guard.secondline.sweep import mend_values, wrong_values


@dataclass(frozen=True, slots=True)
class State:
    """What a look at a database found. `wrong` counts rows with wrong shadows by table; it
    is empty where the plan must be carried out first."""

    facts: Facts
    design: Design
    found: Actual
    plan: Plan
    wrong: dict[str, int]

    @property
    def is_kept(self) -> bool:
        """Whether the database is as the policy says."""
        return not self.plan.findings and not self.wrong


def structure(alias: str) -> State:
    """Compare the structure of the database behind `alias`, by whichever login."""
    facts = facts_of(alias)
    wanted = design(active(), facts)
    found = actual(alias, facts)
    return State(facts, wanted, found, difference(wanted, found, facts), {})


def look(using: str) -> State:
    """Compare the database of `using`, as its owner, values too."""
    alias = owner_alias(using)
    state = structure(alias)
    if not state.facts.installed or state.plan.prepare:
        return state
    with _as_keeper(alias, state) as cursor:
        wrong = dict(wrong_values(cursor, state.design))
    return replace(state, wrong=wrong)


def carry_out(using: str) -> State:
    """Make the database what the policy says; return what was done. Safe to run again."""
    alias = owner_alias(using)
    state = structure(alias)
    if not state.facts.can_change:
        raise ConfigurationError(
            f"`{state.facts.user}` does not own the tables, `{state.facts.owner}` does",
            hint="let the alias that `SECOND_LINE` names connect as the owner",
        )
    _run(alias, state, state.plan.prepare)
    with _as_keeper(alias, state) as cursor:
        mended = dict(mend_values(cursor, state.design))
    _run(alias, state, state.plan.close)
    return replace(state, wrong=mended)


def undoing(using: str) -> tuple[State, Plan]:
    """What would be taken away again."""
    state = structure(owner_alias(using))
    return state, removal(state.design, state.found, state.facts)


def undo(using: str) -> Plan:
    """Take everything away again, in one transaction; return what was done."""
    state, plan = undoing(using)
    _run(owner_alias(using), state, plan.close)
    return plan


def _run(alias: str, state: State, statements: tuple[str, ...]) -> None:
    if not statements:
        return
    with transaction.atomic(alias), reading(alias) as cursor:
        lent = False
        for statement in statements:
            # An owner that is no superuser handles the keeper's functions only as its member.
            if not lent and state.facts.bound and "FUNCTION" in statement:
                _lend(cursor, state)
                lent = True
            cursor.execute(statement)
        if lent:
            _return(cursor, state)


@contextmanager
def _as_keeper(alias: str, state: State) -> Iterator[Any]:
    """A cursor with the keeper's role: row security would hide every row from the owner."""
    with transaction.atomic(alias), reading(alias) as cursor:
        if state.facts.bound:
            _lend(cursor, state)
        cursor.execute(become(state.design.making.keeper))
        yield cursor
        cursor.execute("RESET ROLE")
        if state.facts.bound:
            _return(cursor, state)


def _lend(cursor: Any, state: State) -> None:
    keeper, own = quoted(state.design.making.keeper), "upheld_second_line"
    cursor.execute(f"GRANT {keeper} TO CURRENT_USER")
    cursor.execute(f"GRANT CREATE ON SCHEMA {own} TO {keeper}")


def _return(cursor: Any, state: State) -> None:
    # A member that inherits would see what the keeper sees.
    keeper, own = quoted(state.design.making.keeper), "upheld_second_line"
    cursor.execute(f"REVOKE CREATE ON SCHEMA {own} FROM {keeper}")
    cursor.execute(f"REVOKE {keeper} FROM CURRENT_USER")
