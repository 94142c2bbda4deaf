"""psycopg's cursors with every way to a statement guarded.

The connection makes all its cursors of these classes, `connection.connection` too. What
stays open to code that means harm: `psycopg.Cursor(connection)` and the libpq handle.
PostgreSQL's own roles are the second line there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.backends.postgresql import base

from upheld.guard.cursor import admit, refuse_method

if TYPE_CHECKING:
    from upheld.guard.gate import Gate


class _Guarded:
    """Mixin over a psycopg cursor."""

    if TYPE_CHECKING:
        connection: Any

    @property
    def _gate(self) -> Gate | None:
        return getattr(self.connection, "upheld_gate", None)

    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        admit(self._gate, query)
        return super().execute(query, params, **options)  # type: ignore[misc]  # psycopg's

    def executemany(self, query: Any, params_seq: Any, **options: Any) -> Any:
        admit(self._gate, query)
        return super().executemany(query, params_seq, **options)  # type: ignore[misc]  # psycopg types a mixin away

    def stream(self, query: Any, params: Any = None, **options: Any) -> Any:
        admit(self._gate, query)
        return super().stream(query, params, **options)  # type: ignore[misc]  # psycopg types a mixin away

    def copy(self, statement: Any, params: Any = None, **options: Any) -> Any:
        refuse_method(self._gate, "copy")
        return super().copy(statement, params, **options)  # type: ignore[misc]  # psycopg types a mixin away


class GuardedCursor(_Guarded, base.Cursor):
    """The usual cursor, placeholders bound by the client."""


class GuardedServerBindingCursor(_Guarded, base.ServerBindingCursor):
    """For `server_side_binding`."""


class GuardedServerSideCursor(_Guarded, base.ServerSideCursor):
    """Named cursors of `iterator()`."""
