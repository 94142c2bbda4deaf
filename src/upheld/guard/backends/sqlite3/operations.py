"""Operations of the guarded backend: its compilers, and converters that open."""

from __future__ import annotations

from django.db.backends.sqlite3 import operations

from upheld.guard.backends.wrapper import GuardedOperations


class DatabaseOperations(GuardedOperations, operations.DatabaseOperations):
    """See `GuardedOperations`."""

    compiler_module = "upheld.guard.backends.sqlite3.compiler"
