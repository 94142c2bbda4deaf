"""Django's SQLite backend with the guard in it."""

from __future__ import annotations

from typing import Any

from django.db.backends.sqlite3 import base
from django.utils.asyncio import async_unsafe

from upheld.guard.backends.sqlite3.connection import GuardedConnection, GuardedCursor
from upheld.guard.backends.sqlite3.introspection import DatabaseIntrospection
from upheld.guard.backends.sqlite3.operations import DatabaseOperations
from upheld.guard.backends.sqlite3.schema import DatabaseSchemaEditor
from upheld.guard.backends.wrapper import GuardedWrapper


class DatabaseWrapper(GuardedWrapper, base.DatabaseWrapper):
    """The connection of a guarded database."""

    ops_class = DatabaseOperations
    introspection_class = DatabaseIntrospection
    SchemaEditorClass = DatabaseSchemaEditor

    def get_connection_params(self) -> dict[str, Any]:
        return {**super().get_connection_params(), "factory": GuardedConnection}

    @async_unsafe
    def get_new_connection(self, conn_params: Any) -> Any:
        connection = super().get_new_connection(conn_params)
        connection.gate = self.gate
        return connection

    def create_cursor(self, name: str | None = None) -> Any:
        return self.connection.cursor(factory=GuardedCursor)
