"""psycopg's cursors with every way to a statement guarded.

The connection makes all its cursors of these classes, `connection.connection` too. What
stays open to code that means harm: `psycopg.Cursor(connection)` and the libpq handle.
PostgreSQL's own roles are the second line there; where it is on, the role of the purpose
goes with each statement (see `upheld.guard.secondline.sending`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg
from django.db.backends.postgresql import base

from upheld.guard.cursor import admit, refuse_method
from upheld.guard.secondline.sending import in_role, prefixed

if TYPE_CHECKING:
    from upheld.guard.gate import Gate
    from upheld.guard.secondline.sending import Sender


class _Guarded:
    """Mixin over a psycopg cursor."""

    if TYPE_CHECKING:
        connection: Any
        nextset: Any

    _in_one_message = False
    """Whether the driver sends several statements together."""

    @property
    def _gate(self) -> Gate | None:
        return getattr(self.connection, "upheld_gate", None)

    def _role(self, statement: Any) -> list[str]:
        """What has to go before the statement; nothing where there is no second line."""
        sender: Sender | None = getattr(self.connection, "upheld_second_line", None)
        return [] if sender is None else sender.role_for(statement)

    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        admit(self._gate, query)
        before = self._role(query)
        run: Any = super().execute  # type: ignore[misc]  # psycopg's
        if not before:
            return run(query, params, **options)
        if self._in_one_message and not options:
            run(prefixed(before, query, params), params)
            for _ in before:
                self.nextset()
            return self
        with in_role(self.connection, before):
            self._declared(before)
            return run(query, params, **options)

    def _declared(self, before: list[str]) -> None:
        """Hook of the server-side cursor, whose rows are made later."""

    def executemany(self, query: Any, params_seq: Any, **options: Any) -> Any:
        admit(self._gate, query)
        before = self._role(query)
        run: Any = super().executemany  # type: ignore[misc]  # psycopg types a mixin away
        if not before:
            return run(query, params_seq, **options)
        with in_role(self.connection, before):
            return run(query, params_seq, **options)

    def stream(self, query: Any, params: Any = None, **options: Any) -> Any:
        admit(self._gate, query)
        before = self._role(query)
        run: Any = super().stream  # type: ignore[misc]  # psycopg types a mixin away
        return run(query, params, **options) if not before else self._within(
            before, run, query, params, options
        )  # fmt: skip

    def _within(self, before: list[str], run: Any, query: Any, params: Any, options: Any) -> Any:
        with in_role(self.connection, before):
            yield from run(query, params, **options)

    def copy(self, statement: Any, params: Any = None, **options: Any) -> Any:
        refuse_method(self._gate, "copy")
        before = self._role(statement)
        run: Any = super().copy  # type: ignore[misc]  # psycopg types a mixin away
        if not before:
            return run(statement, params, **options)
        return self._copying(before, run, statement, params, options)

    @contextmanager
    def _copying(
        self, before: list[str], run: Any, statement: Any, params: Any, options: Any
    ) -> Iterator[Any]:
        with in_role(self.connection, before), run(statement, params, **options) as copy:
            yield copy


class GuardedCursor(_Guarded, base.Cursor):
    """The usual cursor, placeholders bound by the client."""

    _in_one_message = True


class GuardedServerBindingCursor(_Guarded, base.ServerBindingCursor):
    """For `server_side_binding`."""


if TYPE_CHECKING:
    # Django puts psycopg's class together at run time; mypy sees none of its methods.
    _ServerSide = psycopg.ServerCursor[Any]
else:
    _ServerSide = base.ServerSideCursor


class GuardedServerSideCursor(_Guarded, _ServerSide):
    """Named cursors of `iterator()`.

    PostgreSQL works out whom a row policy is about when the first rows are fetched. Another
    statement may have acted for another person by then, so it is said again.
    """

    _acts_for = b""

    def _declared(self, before: list[str]) -> None:
        self._acts_for = before[1].encode() if len(before) > 1 else b""

    def _again(self) -> None:
        if self._acts_for:
            again, self._acts_for = self._acts_for, b""
            psycopg.Cursor(self.connection).execute(again)

    def fetchone(self) -> Any:
        self._again()
        return super().fetchone()

    def fetchmany(self, size: int = 0) -> Any:
        self._again()
        return super().fetchmany(size)

    def fetchall(self) -> Any:
        self._again()
        return super().fetchall()

    def __iter__(self) -> Any:
        self._again()
        return super().__iter__()
