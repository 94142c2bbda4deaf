"""A visitor without an account, and the rows in which that visitor said who they are.

A guest's order holds the address that the guest typed, and nobody has checked it. So the visit
acts for that guest, but sees no more of the guest than was made in this very visit: the rows
kept here, and what hangs on them. What the same address ordered before stays out of sight until
the visitor has shown that it is theirs (`upheld.guard.routing.remember_guest`).

The session keeps it. A row must both be in the list and hold the address, so the key of a row
that was rolled back, given to another guest's row later, opens nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import HttpRequest

from upheld.context import Context, current, purpose
from upheld.datamap.active import active
from upheld.datamap.bound import BoundModel
from upheld.datamap.fragments import Fragment, made_rows
from upheld.policy.types import AUTHENTICATION

KEY = "upheld_visit"
"""Session key: `[guest, {table: [keys as text]}]`."""
MOST = 20
"""Rows of one table that a visit keeps; the oldest go first."""


@dataclass(slots=True)
class Visit:
    """What one visit made. `guest` is empty until the visitor has said who they are."""

    guest: str = ""
    made: dict[str, list[str]] = field(default_factory=dict)
    changed: bool = False

    def introduce(self, guest: str, table: str, keys: list[str]) -> None:
        """Keep rows of `table` that the visitor just made as `guest`. Whoever gives another
        address is somebody else from then on."""
        if guest != self.guest:
            self.guest, self.made = guest, {}
        kept = [key for key in self.made.get(table, ()) if key not in keys]
        self.made = {**self.made, table: [*kept, *keys][-MOST:]}
        self.changed = True


_visit: ContextVar[Visit | None] = ContextVar("upheld_visit", default=None)


@contextmanager
def visited(visit: Visit | None) -> Iterator[None]:
    """Run the block within `visit`."""
    token = _visit.set(visit)
    try:
        yield
    finally:
        _visit.reset(token)


def visit_in(context: Context) -> Visit | None:
    """The visit that `context` belongs to; None for everybody who is known otherwise."""
    if context.subject is not None or context.actor.kind != "visitor":
        return None
    return _visit.get()


def whom(context: Context) -> str | None:
    """Whom the context acts for: its subject, else whoever the visitor said they are."""
    if context.subject is not None:
        return context.subject
    visit = visit_in(context)
    return (visit.guest or None) if visit is not None else None


def rows_of_visit(
    visit: Visit, model: BoundModel, alias: str, connection: BaseDatabaseWrapper
) -> Fragment:
    """Condition for the rows that the visit made, what hangs on them, and rows about nobody."""
    made = visit.made if connection.alias == DEFAULT_DB_ALIAS else {}
    return made_rows(model, alias, visit.guest, made, connection)


def is_of_visit(visit: Visit, model: BoundModel, column: str, value: Any, using: str) -> bool:
    """Tell whether the stored row of `model` with this `column` is one of the visit's."""
    connection: Any = connections[using]
    quote = connection.ops.quote_name
    sql, params = rows_of_visit(visit, model, model.table, connection)
    with connection.gate.trusting(), connection.cursor() as cursor:
        cursor.execute(
            f"SELECT 1 FROM {quote(model.table)} WHERE {quote(column)} = %s AND {sql}",  # noqa: S608  (names of the bound map)
            [value, *params],
        )
        return cursor.fetchone() is not None


def begun(request: HttpRequest, context: Context) -> Visit | None:
    """The visit of a request, as its session has it; None for people who are known."""
    if context.subject is not None or context.actor.kind != "visitor":
        return None
    session = getattr(request, "session", None)
    if session is None:
        return None
    held: Any = None
    if session.session_key:  # a look into a session that was never made would start one
        with purpose(AUTHENTICATION):
            held = session.get(KEY)
    return Visit(*held) if held else Visit()


def keep(request: HttpRequest, visit: Visit | None) -> None:
    """Let the session remember what the visit made and what is still there."""
    if visit is None or not visit.changed or current().subject is not None:
        return
    visit.changed = False
    visit.made = {
        table: kept for table, keys in visit.made.items() if (kept := _stored(visit, table, keys))
    }
    with purpose(AUTHENTICATION):
        request.session[KEY] = [visit.guest, visit.made]


def _stored(visit: Visit, table: str, keys: list[str]) -> list[str]:
    """Those of `keys` whose rows are there: a transaction may have been rolled back."""
    model = active().datamap.model(table)
    pk: Any = model.model._meta.pk if model is not None else None
    if model is None or pk is None:
        return []
    using = DEFAULT_DB_ALIAS
    return [
        key for key in keys if is_of_visit(visit, model, pk.column, _key(pk, key, using), using)
    ]


def _key(pk: Any, key: str, using: str) -> Any:
    return pk.get_db_prep_value(pk.to_python(key), connections[using])
