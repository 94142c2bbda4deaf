"""Subject paths as pieces of SQL for one connection and one alias."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django.db.backends.base.base import BaseDatabaseWrapper

from upheld.datamap.active import active
from upheld.datamap.bound import BoundModel
from upheld.datamap.pathsql import (
    ALIAS,
    Vendor,
    quoted,
    resolved,
    rows_agreed,
    rows_made,
    rows_of_kind,
    subject_text,
)
from upheld.datamap.references import split
from upheld.datamap.values import parameter
from upheld.errors import ConfigurationError

Fragment = tuple[str, tuple[Any, ...]]
"""A condition with `%s` placeholders, and their values."""

EVERY: Fragment = ("1 = 1", ())
NONE: Fragment = ("1 = 0", ())


def subject_rows(
    model: BoundModel,
    alias: str,
    subject: str | None,
    connection: BaseDatabaseWrapper,
    *,
    nobody: bool = False,
) -> Fragment:
    """Condition for the rows of `subject`, with `nobody` also for those about nobody."""
    kind = split(subject)[0] if subject else None
    sql, taking = rows_of_kind(model, kind, vendor(connection), nobody)
    values: list[Any] = []
    for path in taking:
        value = parameter(path, subject or "", connection)
        if value is None:
            # The reference has a form that no row can hold: the subject owns nothing.
            sql, _ = rows_of_kind(model, None, vendor(connection), nobody)
            values = []
            break
        values.append(value)
    return (at(sql, model, alias), tuple(values)) if sql else NONE


def made_rows(
    model: BoundModel,
    alias: str,
    subject: str,
    made: Mapping[str, Sequence[str]],
    connection: BaseDatabaseWrapper,
) -> Fragment:
    """Condition for the rows of `subject` (known by a value) that hang on `made` (table ->
    keys as text), and for those about nobody. A model about nobody gives every row."""
    if not model.paths:
        return EVERY if model.nobody else NONE
    datamap = active().datamap
    ends: dict[str, tuple[str, list[Any]]] = {}
    for table, keys in made.items():
        end = datamap.model(table)
        pk: Any = end.model._meta.pk if end is not None else None
        if pk is not None and keys:
            prepared = [pk.get_db_prep_value(pk.to_python(key), connection) for key in keys]
            ends[table] = (pk.column, prepared)
    named = tuple((table, column, len(keys)) for table, (column, keys) in sorted(ends.items()))
    sql, taking = rows_made(model, split(subject)[0], vendor(connection), named)
    if not sql:
        return NONE
    values: list[Any] = []
    for path, table in taking:
        values += [parameter(path, subject, connection), *ends[table][1]]
    return at(sql, model, alias), tuple(values)


def resolved_rows(model: BoundModel, alias: str) -> Fragment:
    """Condition for the rows whose person is found, and those about nobody."""
    sql = resolved(model)
    return (at(sql, model, alias), ()) if sql else EVERY


def agreed_rows(
    model: BoundModel,
    alias: str,
    purpose: str,
    connection: BaseDatabaseWrapper,
    *,
    default_in: bool,
) -> Fragment:
    """Condition for the rows whose subject agreed to `purpose`, and those about nobody."""
    return at(rows_agreed(model, vendor(connection), default_in), model, alias), (purpose,)


def subject_expression(model: BoundModel, alias: str, connection: BaseDatabaseWrapper) -> str:
    """SQL text `kind:value` of the row's subject, NULL when it has none."""
    return at(subject_text(model, vendor(connection)), model, alias)


def at(sql: str, model: BoundModel, alias: str) -> str:
    """Put `alias` in. A table's name is quoted; other aliases stand as Django wrote them."""
    return sql.replace(ALIAS, quoted(alias) if alias == model.table else alias)


def vendor(connection: BaseDatabaseWrapper) -> Vendor:
    """Return the connection's vendor. Raises `ConfigurationError` for one we cannot speak."""
    if connection.vendor not in ("sqlite", "postgresql"):
        raise ConfigurationError(
            f"the database `{connection.vendor}` is not supported",
            hint="use `upheld.guard.backends.postgresql` or `upheld.guard.backends.sqlite3`",
        )
    return cast(Vendor, connection.vendor)
