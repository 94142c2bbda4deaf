"""The role that goes with each statement: the one of the purpose at work.

It is sent with every statement, in one message where the driver lets one, and never
remembered: behind a pooler the next statement may meet another connection, and after a
rollback the role is what it was before. `SET LOCAL` ends with the transaction, which is the
statement itself where there is none.
"""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.db import connections

from upheld.conf import conf
from upheld.context import Context, current
from upheld.datamap.active import active
from upheld.datamap.pathsql import quoted
from upheld.guard.secondline.names import NAMELESS, SETTING, floor_role, purpose_role
from upheld.guard.statements import HARMLESS
from upheld.guard.visiting import whom
from upheld.policy.semantics import Outcome, decide
from upheld.policy.types import UPKEEP

if TYPE_CHECKING:
    from psycopg import Connection

    from upheld.guard.gate import Gate

_ROWS = re.compile(r"\s*(?:SELECT|INSERT|UPDATE|DELETE|WITH)\b", re.IGNORECASE)
_REFERENCE = re.compile(r"[\w.:@+=-]{1,255}\Z", re.ASCII)
_nameless = itertools.count()


def sender_of(alias: str, user: str, gate: Gate) -> Sender | None:
    """The sender of a new connection; None where there is no second line, and where the owner
    of the tables is at work, as `migrate` must be: roles would only be in the way."""
    owner = conf().SECOND_LINE.get(alias)
    if owner is None or connections.settings.get(owner, {}).get("USER") == user:
        return None
    return Sender(gate)


class Sender:
    """One per connection of a database with a second line."""

    __slots__ = ("_gate",)

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    def role_for(self, statement: Any) -> list[str]:
        """The statements that must go before `statement`; none before those about the
        transaction itself, which have to pass even where it has failed."""
        if isinstance(statement, str) and not _ROWS.match(statement) and HARMLESS.match(statement):
            return []
        if self._gate.engine:
            return [f"SET LOCAL ROLE {quoted(purpose_role(conf().SECOND_LINE_ROLES, UPKEEP))}"]
        role, own = _role_of(current())
        before = [f"SET LOCAL ROLE {quoted(role)}"]
        if own:
            new = isinstance(statement, str) and statement.startswith("INSERT")
            before.append(f"SET LOCAL {SETTING} = '{acting(current(), new=new)}'")
        return before


def acting(context: Context, *, new: bool = False) -> str:
    """Whom a statement that sees own rows acts for, safe inside quotes; `new` = it makes rows.

    While nobody is known it is a name used once: rows in the making pass by it, and no row
    is found by it. A visitor who said who they are may say something else in the next row.
    """
    subject = context.subject if new else whom(context)
    if subject is not None and _REFERENCE.match(subject):
        return subject
    return f"{NAMELESS}{os.getpid()}-{next(_nameless)}"


def _role_of(context: Context) -> tuple[str, bool]:
    """The role of a context, and whether it sees own rows only."""
    governance = active()
    key = (__name__, context.purpose, context.actor.kind == "system", context.actor.posts)
    known: tuple[str, bool] | None = governance.kept.get(key)
    if known is not None:
        return known
    settings = conf()
    prefix = settings.SECOND_LINE_ROLES
    policy = governance.policy
    purpose = context.purpose
    if settings.MODE == "observe":
        return purpose_role(prefix, UPKEEP), False  # nothing is refused yet
    category = next((c for c in policy.data if c not in policy.refuse), "")
    # Rows about nobody depend on nothing but the purpose and who may act for it.
    outcome = decide(policy, purpose, context.actor, "nobody", category, "read").outcome
    if purpose is None or outcome is Outcome.REFUSE:
        found = (floor_role(prefix), False)
    else:
        rows = policy.purposes[purpose].may.rows
        found = (purpose_role(prefix, purpose), rows == "own")
    governance.kept[key] = found
    return found


def prefixed(before: list[str], query: Any, params: Any) -> Any:
    """`query` with `before` in front, in the form that the driver takes."""
    text = "; ".join(before) + "; "
    if params is not None:
        text = text.replace("%", "%%")
    if isinstance(query, str):
        return text + query
    if isinstance(query, bytes):
        return text.encode() + query
    from psycopg import sql

    return sql.SQL(text) + query


@contextmanager
def in_role(connection: Connection[Any], before: list[str]) -> Iterator[None]:
    """Run the block in a transaction with the role set, for what cannot be one message."""
    import psycopg
    from psycopg.pq import TransactionStatus

    alone = connection.autocommit and (
        connection.pgconn.transaction_status == TransactionStatus.IDLE
    )
    text = "; ".join(["BEGIN", *before] if alone else before)
    psycopg.Cursor(connection).execute(text.encode())
    try:
        yield
    except BaseException:
        if alone and connection.pgconn.transaction_status != TransactionStatus.UNKNOWN:
            psycopg.Cursor(connection).execute(b"ROLLBACK")
        raise
    if alone:
        psycopg.Cursor(connection).execute(b"COMMIT")
