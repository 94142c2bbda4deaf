"""What is in the database of the second line, right or wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from upheld.conf import conf
from upheld.guard.secondline.facts import Facts, owned_sql, reading
from upheld.guard.secondline.grants import Grant
from upheld.guard.secondline.items import (
    Bit,
    Column,
    Function,
    Index,
    Item,
    Member,
    Policy,
    Role,
    RowSecurity,
    StartsAs,
    Trigger,
)
from upheld.guard.secondline.names import app_login, floor_role, keeper_role, purpose_role


@dataclass(frozen=True, slots=True)
class Actual:
    """Everything that is there."""

    items: tuple[Item, ...]
    grants: frozenset[Grant]


def actual(using: str, facts: Facts) -> Actual:
    """Read the second line of the database behind `using`."""
    prefix = conf().SECOND_LINE_ROLES
    fixed = [floor_role(prefix), keeper_role(prefix), app_login(prefix)]
    names = {
        "start": purpose_role(prefix, ""),
        "names": [*fixed, *conf().SECOND_LINE_LOGINS],
    }
    with reading(using) as cursor:

        def rows(name: str) -> list[tuple[Any, ...]]:
            text = owned_sql(name)
            cursor.execute(text, names if "%(" in text else None)
            return cursor.fetchall()  # type: ignore[no-any-return]  # rows of the driver

        items: list[Item] = [
            *(Role(*row) for row in rows("roles")),
            *(Member(*row) for row in rows("members")),
            *(StartsAs(login, facts.database, role) for login, role in rows("starts")),
            *(Bit(name, place, default) for name, (place, default) in facts.bits.items()),
            *(Column(*row) for row in rows("columns")),
            *(Index(*row) for row in rows("indexes")),
            *(Function(name, args, *rest) for name, args, *rest in rows("functions")),
            *(Trigger(*row) for row in rows("triggers")),
            *(RowSecurity(*row) for row in rows("row_security")),
            *(_policy(row) for row in rows("policies")),
        ]
        return Actual(tuple(items), frozenset(Grant(*row) for row in rows("grants")))


def _policy(row: tuple[Any, ...]) -> Policy:
    table, name, roles, using, permissive, command, check = row
    # A check of its own would be another policy than ours, which have none.
    shown = f"{using} WITH CHECK {check}" if check else using
    return Policy(table, name, tuple(roles), shown, permissive, command)
