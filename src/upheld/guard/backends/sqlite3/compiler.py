"""The guarded compilers for SQLite. Django looks them up by these names."""

from __future__ import annotations

from django.db.models.sql import compiler

from upheld.guard.delete import GuardedDelete
from upheld.guard.insert import GuardedInsert
from upheld.guard.select import GuardedAggregate, GuardedSelect
from upheld.guard.update import GuardedUpdate


class SQLCompiler(GuardedSelect):
    """SELECT."""


class SQLInsertCompiler(GuardedInsert):
    """INSERT."""


class SQLUpdateCompiler(GuardedUpdate):
    """UPDATE."""


class SQLDeleteCompiler(GuardedDelete):
    """DELETE."""


class SQLAggregateCompiler(GuardedAggregate, compiler.SQLAggregateCompiler):
    """SELECT over a subquery."""
