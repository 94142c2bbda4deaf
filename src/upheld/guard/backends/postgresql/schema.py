"""Schema editor of the guarded backend."""

from __future__ import annotations

from django.db.backends.postgresql import schema

from upheld.guard.backends.wrapper import GuardedSchemaEditor


class DatabaseSchemaEditor(GuardedSchemaEditor, schema.DatabaseSchemaEditor):
    """See `GuardedSchemaEditor`."""
