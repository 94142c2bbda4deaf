"""The guarded compilers for PostgreSQL. Django looks them up by these names."""

from __future__ import annotations

from django.db.backends.postgresql import compiler

from upheld.guard.delete import GuardedDelete
from upheld.guard.insert import GuardedInsert
from upheld.guard.select import GuardedAggregate, GuardedSelect
from upheld.guard.update import GuardedUpdate


class SQLCompiler(GuardedSelect, compiler.SQLCompiler):
    """SELECT."""


class SQLInsertCompiler(GuardedInsert, compiler.SQLInsertCompiler):
    """INSERT, many rows by UNNEST."""


class SQLUpdateCompiler(GuardedUpdate, compiler.SQLUpdateCompiler):
    """UPDATE."""


class SQLDeleteCompiler(GuardedDelete, compiler.SQLDeleteCompiler):
    """DELETE."""


class SQLAggregateCompiler(GuardedAggregate, compiler.SQLAggregateCompiler):
    """SELECT over a subquery."""
