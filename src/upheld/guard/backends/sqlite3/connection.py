"""SQLite's own connection and cursor, with every way to a statement guarded.

What stays open to code that means harm: `sqlite3.Cursor(connection)` and a second
connection to the same file.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from django.db.backends.sqlite3.base import SQLiteCursorWrapper

from upheld.guard.cursor import admit, refuse_method
from upheld.guard.gate import Gate


class GuardedCursor(SQLiteCursorWrapper):
    """The cursor behind Django's."""

    def execute(self, query: Any, params: Any = None) -> Any:
        admit(self.connection.gate, query)  # type: ignore[attr-defined]  # our connection
        return super().execute(query, params)

    def executemany(self, query: Any, param_list: Any) -> Any:
        admit(self.connection.gate, query)  # type: ignore[attr-defined]  # our wrapper's
        return super().executemany(query, param_list)

    def executescript(self, script: Any) -> Any:
        admit(self.connection.gate, script)  # type: ignore[attr-defined]  # our wrapper's
        return super().executescript(script)


class PlainCursor(sqlite3.Cursor):
    """The cursor of `connection.connection`, which speaks SQLite's own placeholders."""

    def execute(self, sql: Any, parameters: Any = (), /) -> Any:
        admit(self.connection.gate, sql)  # type: ignore[attr-defined]  # our wrapper's
        return super().execute(sql, parameters)

    def executemany(self, sql: Any, parameters: Any, /) -> Any:
        admit(self.connection.gate, sql)  # type: ignore[attr-defined]  # our wrapper's
        return super().executemany(sql, parameters)

    def executescript(self, script: Any, /) -> Any:
        admit(self.connection.gate, script)  # type: ignore[attr-defined]  # our wrapper's
        return super().executescript(script)


class GuardedConnection(sqlite3.Connection):
    """What Django holds as `connection.connection`."""

    gate: Gate | None = None

    def cursor(self, factory: Any = PlainCursor) -> Any:
        if not issubclass(factory, GuardedCursor | PlainCursor):
            factory = PlainCursor
        return super().cursor(factory)

    def execute(self, sql: Any, parameters: Any = (), /) -> Any:
        return self.cursor().execute(sql, parameters)

    def executemany(self, sql: Any, parameters: Any, /) -> Any:
        return self.cursor().executemany(sql, parameters)

    def executescript(self, script: Any, /) -> Any:
        return self.cursor().executescript(script)

    def iterdump(self, *args: Any, **kwargs: Any) -> Any:
        refuse_method(self.gate, "iterdump")
        return super().iterdump(*args, **kwargs)

    def backup(self, *args: Any, **kwargs: Any) -> Any:
        refuse_method(self.gate, "backup")
        return super().backup(*args, **kwargs)

    def serialize(self, *args: Any, **kwargs: Any) -> Any:
        refuse_method(self.gate, "serialize")
        return super().serialize(*args, **kwargs)

    def blobopen(self, *args: Any, **kwargs: Any) -> Any:
        refuse_method(self.gate, "blobopen")
        return super().blobopen(*args, **kwargs)

    def deserialize(self, *args: Any, **kwargs: Any) -> Any:
        refuse_method(self.gate, "deserialize")
        return super().deserialize(*args, **kwargs)

    def set_trace_callback(self, *args: Any, **kwargs: Any) -> Any:
        # SQLite gives it every statement with the values filled in.
        refuse_method(self.gate, "set_trace_callback")
        return super().set_trace_callback(*args, **kwargs)

    def set_authorizer(self, *args: Any, **kwargs: Any) -> Any:
        refuse_method(self.gate, "set_authorizer")
        return super().set_authorizer(*args, **kwargs)
