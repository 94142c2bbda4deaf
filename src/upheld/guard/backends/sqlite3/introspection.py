"""Introspection of the guarded backend."""

from __future__ import annotations

from django.db.backends.sqlite3 import introspection

from upheld.guard.backends.wrapper import GuardedIntrospection


class DatabaseIntrospection(GuardedIntrospection, introspection.DatabaseIntrospection):
    """See `GuardedIntrospection`."""
