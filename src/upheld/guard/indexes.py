"""What sealed columns need of the database: text, and an index on the blind index.

Run after every migration: it looks at what is there and makes what is missing. A unique
column, or a group that is unique together, keeps its promise by a unique index on the blind
index, since equal values never give equal ciphertexts.
"""

from __future__ import annotations

import hashlib
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field

from upheld.datamap.active import active
from upheld.datamap.bound import BoundColumn, BoundModel
from upheld.datamap.uniques import unique_groups
from upheld.sealing import MARK, NO_BLIND, PREFIX_LENGTH


def index_name(table: str, column: str) -> str:
    """Return the name of a column's index, at most 30 characters, the same every time."""
    digest = hashlib.sha256(f"{table}.{column}".encode()).hexdigest()[:12]
    return f"upheld_blind_{digest}"


def prepare_sealed_columns(using: str, **_: Any) -> None:
    """Widen sealed columns to text and index them; a signal handler of `post_migrate`."""
    connection = connections[using]
    if not hasattr(connection, "gate"):
        return
    with connection.gate.trusting(), connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        for column in active().datamap.columns:
            if column.lookup is None or column.table not in tables:
                continue
            _widen(connection, cursor, column)
            name = index_name(column.table, column.column)
            there = _indexes(connection, cursor, column.table)
            if column.blind_scope is not None and name not in there:
                _index(connection, cursor, column)
        for model in active().datamap.models:
            if model.table in tables:
                _index_groups(connection, cursor, model)


def _widen(connection: BaseDatabaseWrapper, cursor: Any, column: BoundColumn) -> None:
    if connection.vendor != "postgresql":
        return  # SQLite keeps any length in any column
    cursor.execute(
        "SELECT 1 FROM information_schema.columns WHERE table_name = %s AND column_name = %s"
        " AND table_schema = ANY (current_schemas(false)) AND data_type <> 'text'",
        [column.table, column.column],
    )
    if cursor.fetchone():
        quote = connection.ops.quote_name
        cursor.execute(
            f"ALTER TABLE {quote(column.table)} ALTER COLUMN {quote(column.column)} TYPE text"
        )


def _indexes(connection: BaseDatabaseWrapper, cursor: Any, table: str) -> set[str]:
    return set(connection.introspection.get_constraints(cursor, table))


def _index_groups(connection: BaseDatabaseWrapper, cursor: Any, model: BoundModel) -> None:
    """Hold together unique what was so before a column of the group was sealed."""
    sealed = {c.field.name: c for c in model.columns if c.blind_scope is not None}
    groups = {g for g in unique_groups(model.model) if len(g) > 1 and sealed.keys() & set(g)}
    there = _indexes(connection, cursor, model.table) if groups else set()
    for group in sorted(groups):
        fields: list[Any] = [model.model._meta.get_field(name) for name in group]
        columns = [(sealed.get(field.name), field) for field in fields]
        name = index_name(model.table, ",".join(field.column for field in fields))
        if name not in there:
            _index_group(connection, cursor, model.table, name, columns)


def _index_group(
    connection: BaseDatabaseWrapper,
    cursor: Any,
    table: str,
    name: str,
    columns: list[tuple[BoundColumn | None, Any]],
) -> None:
    quote = connection.ops.quote_name
    parts, conditions = [], []
    for sealed, field in columns:
        held = quote(field.column)
        parts.append(held if sealed is None else f"substr({held}, 1, {PREFIX_LENGTH})")
        if sealed is not None:
            # What still lies in clear is held by the constraint itself.
            conditions += [
                f"substr({held}, 1, {len(MARK)}) = '{MARK}'",
                f"substr({held}, 1, {PREFIX_LENGTH}) <> '{MARK}{NO_BLIND}'",
            ]
    cursor.execute(
        f"CREATE UNIQUE INDEX {quote(name)} ON {quote(table)} ({', '.join(parts)})"
        f" WHERE {' AND '.join(conditions)}"
    )


def _index(connection: BaseDatabaseWrapper, cursor: Any, column: BoundColumn) -> None:
    quote = connection.ops.quote_name
    name = quote(index_name(column.table, column.column))
    unique = "UNIQUE " if _is_unique(column.field) else ""
    held = quote(column.column)
    # Empty texts and values without an index are outside: neither is looked up by it.
    condition = (
        f"{held} <> '' AND substr({held}, 1, {PREFIX_LENGTH}) <> '{MARK}{NO_BLIND}'"
        if unique
        else f"{held} <> ''"
    )
    cursor.execute(
        f"CREATE {unique}INDEX {name} ON {quote(column.table)}"
        f" (substr({held}, 1, {PREFIX_LENGTH}))" + (f" WHERE {condition}" if unique else "")
    )


def _is_unique(field: Field[Any, Any]) -> bool:
    return bool(field.unique)
