"""What both backends add to Django's: a gate, trusted housekeeping, text for ciphertext,
errors and logs without values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from functools import cached_property
from typing import Any

from django.db.backends.base.base import NO_DB_ALIAS, BaseDatabaseWrapper
from django.db.backends.base.introspection import BaseDatabaseIntrospection
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from upheld.context import current, purpose
from upheld.datamap.active import active
from upheld.errors import ConfigurationError
from upheld.guard.columns import as_text_when_sealed
from upheld.guard.dberrors import RedactedErrors
from upheld.guard.debuglog import QuietDebugCursor
from upheld.guard.gate import Gate
from upheld.guard.versions import check_django

check_django()


class GuardedWrapper(BaseDatabaseWrapper):
    """Mixin for a backend's `DatabaseWrapper`."""

    def __init__(self, settings_dict: dict[str, Any], alias: str = "default") -> None:
        super().__init__(settings_dict, alias)
        self.gate = Gate(self.vendor)
        if alias == NO_DB_ALIAS:
            # Django makes and drops databases over it; it sees no table of ours.
            self.gate.trusted = 1

    def check_constraints(self, table_names: Any = None) -> None:
        with self.gate.trusting():
            super().check_constraints(table_names)

    @cached_property
    def wrap_database_errors(self) -> RedactedErrors:
        return RedactedErrors(self)

    def make_debug_cursor(self, cursor: Any) -> QuietDebugCursor:
        return QuietDebugCursor(cursor, self)

    @cached_property
    def data_types(self) -> Mapping[str, str | Callable[[dict[str, Any]], str]]:  # type: ignore[override]  # Django's is a plain attribute of the same type
        kinds: dict[str, Any] = dict(super().data_types)
        for kind in ("CharField", "SlugField", "FileField", "FilePathField"):
            kinds[kind] = as_text_when_sealed(kinds[kind])
        return kinds


class GuardedOperations(BaseDatabaseOperations):
    """Mixin for a backend's operations: opens sealed values, trusts Django's flush."""

    def get_db_converters(self, expression: Any) -> list[Any]:
        converters: list[Any] = super().get_db_converters(expression)
        target = getattr(expression, "target", None)
        if target is None:
            return converters
        # Every output of every query comes by: what is known to need no key leaves at once.
        column = active().datamap.by_field.get(id(target))
        if column is not None and column.lookup is None:
            return converters
        from upheld.guard.outputs import opener_of

        opener = opener_of(target)
        return converters if opener is None else [opener, *converters]

    def execute_sql_flush(self, sql_list: Any) -> None:
        with self.connection.gate.trusting():  # type: ignore[attr-defined]  # our wrapper
            super().execute_sql_flush(sql_list)


class GuardedSchemaEditor(BaseDatabaseSchemaEditor):
    """Mixin for a backend's schema editor. Its statements are migrations, and so is the
    purpose of what runs within it when none was named."""

    _entered: ExitStack

    def execute(self, sql: Any, params: Any = ()) -> None:
        with self.connection.gate.trusting():  # type: ignore[attr-defined]  # our wrapper
            super().execute(sql, params)

    def __enter__(self) -> Any:
        self._entered = ExitStack()
        done = super().__enter__()
        self._entered.enter_context(_migrating())
        return done

    def __exit__(self, exc_type: Any, exc_value: Any, traceback: Any) -> None:
        self._entered.close()
        super().__exit__(exc_type, exc_value, traceback)


def _migrating() -> AbstractContextManager[Any]:
    now = current()
    if now.purpose is not None:
        return ExitStack()
    try:
        name = active().datamap.purpose_for_command("migrate")
    except ConfigurationError:
        # The checks that run before a migration say what is wrong with the folder.
        return ExitStack()
    return purpose(name, place="migrate")


class GuardedIntrospection(BaseDatabaseIntrospection):
    """Mixin for a backend's introspection: it reads the shape of tables, not rows."""

    def get_table_description(self, cursor: Any, table_name: str) -> Any:
        with self.connection.gate.trusting():  # type: ignore[attr-defined]  # our wrapper
            return super().get_table_description(cursor, table_name)

    def get_constraints(self, cursor: Any, table_name: str) -> Any:
        with self.connection.gate.trusting():  # type: ignore[attr-defined]  # our wrapper
            return super().get_constraints(cursor, table_name)
