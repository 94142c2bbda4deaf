"""Schema editor of the guarded backend."""

from __future__ import annotations

from typing import Any

from django.db.backends.sqlite3 import schema

from upheld.guard.backends.wrapper import GuardedSchemaEditor


class DatabaseSchemaEditor(GuardedSchemaEditor, schema.DatabaseSchemaEditor):
    """See `GuardedSchemaEditor`."""

    def remove_field(self, model: Any, field: Any) -> None:
        # SQLite drops no column that an index on an expression still names.
        from upheld.guard.indexes import index_name

        if field.column:
            name = self.quote_name(index_name(model._meta.db_table, field.column))
            self.execute(f"DROP INDEX IF EXISTS {name}")
        super().remove_field(model, field)
