"""The difference between what should be there and what is: findings, and what mends them.

Everything is done in three transactions: `prepare` (roles, columns, triggers), then wrong
values are mended, then `close` (indexes, row security, grants). A process that is killed in
between leaves a plan that goes on from there.
"""

from __future__ import annotations

from dataclasses import dataclass

from upheld.datamap.pathsql import quoted
from upheld.guard.secondline.actual import Actual
from upheld.guard.secondline.design import Design
from upheld.guard.secondline.facts import Facts, owned_sql
from upheld.guard.secondline.grants import Grant, written
from upheld.guard.secondline.items import (
    Bit,
    Column,
    Function,
    Index,
    Item,
    Key,
    Member,
    Policy,
    Role,
    RowSecurity,
    StartsAs,
    Trigger,
)
from upheld.guard.secondline.names import OWN_SCHEMA

PREPARE: tuple[type, ...] = (Role, Bit, Column, Function, Trigger)
CLOSE: tuple[type, ...] = (Index, Policy, RowSecurity, Member, StartsAs)
AWAY: tuple[type, ...] = (
    StartsAs, Member, Policy, RowSecurity, Trigger, Function, Index, Column, Bit, Role,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plan:
    """Statements in their order; all empty when nothing differs. `findings` are the parts
    that are missing, wrong or too much, in words."""

    prepare: tuple[str, ...]
    close: tuple[str, ...]
    findings: tuple[str, ...]

    @property
    def statements(self) -> tuple[str, ...]:
        return (*self.prepare, *self.close)


def difference(design: Design, found: Actual, facts: Facts) -> Plan:
    """The plan that makes `found` what the design says."""
    found = _of_concern(design, found)
    wanted: dict[Key, Item] = {item.key: item for item in design.items}
    there: dict[Key, Item] = {item.key: item for item in found.items}
    missing = [item for key, item in wanted.items() if key not in there]
    other = [item for key, item in wanted.items() if key in there and there[key] != item]
    extra = [item for key, item in there.items() if key not in wanted]
    given = frozenset(design.grants - found.grants)
    taken = frozenset(found.grants - design.grants)

    def steps(kinds: tuple[type, ...]) -> list[str]:
        made: list[str] = []
        for kind in kinds:
            made += [line for item in missing if type(item) is kind for line in _create(item)]
            changed = [item for item in other if type(item) is kind]
            made += [line for item in changed for line in _change(there[item.key], item)]
        return made

    kinds = [kind for kind in AWAY if kind is not Role]
    away = [
        line for kind in kinds for item in extra if type(item) is kind for line in item.unmake()
    ]
    # A role goes last, when no policy names it any more.
    gone = [line for item in extra if isinstance(item, Role) for line in item.unmake()]
    early = frozenset(g for g in given if g.role == design.making.keeper)
    prepare = [*_base(design, facts), *steps(PREPARE), *written(early, facts.schema)]
    close = [
        *written(taken, facts.schema, revoke=True), *away, *steps(CLOSE),
        *written(given - early, facts.schema), *gone,
    ]  # fmt: skip
    findings = [
        *(f"missing: {_named(item)}" for item in missing),
        *(f"differs: {_named(item)}" for item in other),
        *(f"too much: {_named(item)}" for item in extra),
        *(f"missing: {_words(grant)}" for grant in sorted(given, key=_order)),
        *(f"too much: {_words(grant)}" for grant in sorted(taken, key=_order)),
    ]
    return Plan(tuple(prepare) if findings else (), tuple(close), tuple(findings))


def removal(design: Design, found: Actual, facts: Facts) -> Plan:
    """The plan that takes everything away again."""
    found = _of_concern(design, found)
    away = [*written(found.grants, facts.schema, revoke=True)]
    own = [item for item in found.items if not isinstance(item, Policy) or _is_ours(item)]
    for kind in AWAY:
        if kind is Role and facts.installed:
            away.append(f"DROP SCHEMA {OWN_SCHEMA} CASCADE")
        if kind in (Bit, Function):
            continue  # they go with their schema
        away += [line for item in own if type(item) is kind for line in item.unmake()]
    findings = tuple(f"to go: {_named(item)}" for item in own)
    return Plan((), tuple(away) if findings else (), findings)


def _base(design: Design, facts: Facts) -> list[str]:
    if facts.installed:
        return []
    return [
        line.format(schema=OWN_SCHEMA)
        for line in owned_sql("base").split(";\n")
        if line.strip() and not line.startswith("--")
    ]


def _create(item: Item) -> list[str]:
    create = getattr(item, "create", None)
    return list(create()) if create is not None else item.make()


def _change(before: Item, item: Item) -> list[str]:
    if isinstance(before, Role) and before.strong and isinstance(item, Role):
        return item.weaken()
    return item.make()


def _of_concern(design: Design, found: Actual) -> Actual:
    """Leave out what others made on tables that are not mapped."""
    ours = {item.table for item in found.items if isinstance(item, Policy) and _is_ours(item)}
    mapped = {item.table for item in design.items if isinstance(item, RowSecurity)} | ours
    granted = {grant.name for grant in design.grants}
    items = tuple(
        item
        for item in found.items
        if not isinstance(item, Policy | RowSecurity) or item.table in mapped
    )
    grants = frozenset(g for g in found.grants if g.role or g.name in granted)
    return Actual(items, grants)


def _is_ours(policy: Policy) -> bool:
    return policy.name.startswith("upheld_")


def _named(item: Item) -> str:
    return " ".join(part for part in item.key if part)


def _words(grant: Grant) -> str:
    column = f".{grant.column}" if grant.column else ""
    return f"grant {grant.privilege} on {grant.name}{column} to {grant.role or 'PUBLIC'}"


def _order(grant: Grant) -> tuple[str, ...]:
    return grant.name, grant.role, grant.privilege, grant.column


def become(role: str) -> str:
    """The statement that lets the transaction at hand act as `role`."""
    return f"SET LOCAL ROLE {quoted(role)}"
