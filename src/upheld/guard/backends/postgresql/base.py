"""Django's PostgreSQL backend with the guard in it. Needs psycopg 3."""

from __future__ import annotations

from typing import Any

from django.db.backends.postgresql import base
from django.db.backends.postgresql.psycopg_any import register_tzloader
from django.utils.asyncio import async_unsafe

from upheld.guard.backends.postgresql.cursor import (
    GuardedCursor,
    GuardedServerBindingCursor,
    GuardedServerSideCursor,
)
from upheld.guard.backends.postgresql.introspection import DatabaseIntrospection
from upheld.guard.backends.postgresql.operations import DatabaseOperations
from upheld.guard.backends.postgresql.schema import DatabaseSchemaEditor
from upheld.guard.backends.wrapper import GuardedWrapper
from upheld.guard.secondline.sending import sender_of


class DatabaseWrapper(GuardedWrapper, base.DatabaseWrapper):
    """The connection of a guarded database."""

    ops_class = DatabaseOperations
    introspection_class = DatabaseIntrospection
    SchemaEditorClass = DatabaseSchemaEditor

    def get_connection_params(self) -> dict[str, Any]:
        params: dict[str, Any] = super().get_connection_params()
        by_server = params["cursor_factory"] is base.ServerBindingCursor
        params["cursor_factory"] = GuardedServerBindingCursor if by_server else GuardedCursor
        return params

    @async_unsafe
    def get_new_connection(self, conn_params: Any) -> Any:
        connection = super().get_new_connection(conn_params)
        connection.upheld_gate = self.gate
        user = self.settings_dict["USER"]
        connection.upheld_second_line = sender_of(self.alias, user, self.gate)
        if connection.server_cursor_factory is not GuardedServerSideCursor:
            connection.server_cursor_factory = GuardedServerSideCursor
        return connection

    @async_unsafe
    def create_cursor(self, name: str | None = None) -> Any:
        if name is None:
            return super().create_cursor()
        cursor = GuardedServerSideCursor(
            self.connection, name=name, scrollable=False, withhold=self.connection.autocommit
        )
        register_tzloader(self.timezone, cursor)
        return cursor
