"""Operations of the guarded backend: its compilers, and converters that open."""

from __future__ import annotations

from django.db.backends.postgresql import operations

from upheld.guard.backends.wrapper import GuardedOperations


class DatabaseOperations(GuardedOperations, operations.DatabaseOperations):
    """See `GuardedOperations`."""

    compiler_module = "upheld.guard.backends.postgresql.compiler"
