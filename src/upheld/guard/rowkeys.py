"""The name of a row that its sealed values carry, and primary keys taken before an insert.

A sealed value names the row that it was made for (`table:key`), so it cannot be moved to
another. The key must then be known before the row is there: it is taken from the sequence
that the database would have taken it from, one statement for each INSERT.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from functools import lru_cache
from typing import Any

from django.db import OperationalError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import AutoField, BigAutoField, Field, Model, SmallAutoField

from upheld.guard.compiling import bound_column
from upheld.guard.ownership import is_open
from upheld.guard.tokens import row_name

_NAMED = frozenset(
    (
        "AutoField", "BigAutoField", "SmallAutoField", "IntegerField", "BigIntegerField",
        "SmallIntegerField", "PositiveIntegerField", "PositiveBigIntegerField",
        "PositiveSmallIntegerField", "UUIDField", "CharField", "SlugField", "TextField",
    )
)  # fmt: skip
"""Types of keys whose text is the same when they are written and when they are read."""


@lru_cache(maxsize=1024)
def has_name(pk: Field[Any, Any] | None) -> bool:
    """Tell whether rows with this primary key can be named by it."""
    target: Any = pk
    while target is not None and target.is_relation:
        target = target.target_field
    if target is None or target.get_internal_type() not in _NAMED:
        return False
    column = bound_column(pk)
    return column is None or column.lookup is None


def name_of_row(model: type[Model], key: Any, connection: BaseDatabaseWrapper) -> str:
    """Return `table:key`, empty where the key is not known yet or is no name."""
    return namer(model, connection)(key)


def namer(model: type[Model], connection: BaseDatabaseWrapper) -> Callable[[Any], str]:
    """Return `name_of_row` for many rows of one model."""
    pk = model._meta.pk
    table, vendor = model._meta.db_table, connection.vendor
    if pk is None or not has_name(pk):
        return lambda key: ""
    prepared = pk.get_db_prep_value

    def name(key: Any) -> str:
        if key is None or is_open(key):
            return ""
        return f"{table}:{row_name(prepared(key, connection), vendor)}"

    return name


class TakenKeys:
    """Keys given to new instances for the length of one INSERT."""

    def __init__(self) -> None:
        self.instances: list[Any] = []
        self.attname = ""

    def take(self, model: type[Model], objs: list[Any], connection: Any, around: ExitStack) -> bool:
        """Give a key to each of `objs`; False where the database gives none ahead.

        Enters a transaction in `around` where taking and using must be one.
        """
        pk = model._meta.pk
        if not isinstance(pk, AutoField | BigAutoField | SmallAutoField) or not objs:
            return False
        if any(getattr(obj, pk.attname) is not None for obj in objs):
            return False
        if connection.vendor == "sqlite" and not connection.in_atomic_block:
            around.enter_context(transaction.atomic(connection.alias, savepoint=False))
        keys = _next_keys(model, pk, len(objs), connection)
        if len(keys) != len(objs) or None in keys:
            return False
        self.attname = pk.attname
        for obj, key in zip(objs, keys, strict=True):
            setattr(obj, pk.attname, key)
            self.instances.append(obj)
        return True

    def give_back(self) -> None:
        """Leave the instances as they were: the insert failed, or may have left them out."""
        for obj in self.instances:
            setattr(obj, self.attname, None)


def _next_keys(model: type[Model], pk: Field[Any, Any], count: int, connection: Any) -> list[Any]:
    quote = connection.ops.quote_name
    table, column = quote(model._meta.db_table), quote(pk.column or "")
    with connection.gate.trusting(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [table, pk.column, count],
            )
            return [key for (key,) in cursor.fetchall()]
        try:
            return _from_sqlite(cursor, model._meta.db_table, table, column, count)
        except OperationalError:
            return []  # no table of this database counts its keys


def _from_sqlite(cursor: Any, name: str, table: str, column: str, count: int) -> list[Any]:
    """Move the counter that AUTOINCREMENT uses; it is never behind the keys in use."""
    used = f"(SELECT COALESCE(MAX({column}), 0) FROM {table})"  # noqa: S608  (quoted names)
    cursor.execute(
        f"UPDATE sqlite_sequence SET seq = MAX(seq, {used}) + %s WHERE name = %s"  # noqa: S608
        " RETURNING seq",
        [count, name],
    )
    rows = cursor.fetchall()
    if not rows:
        cursor.execute(
            f"INSERT INTO sqlite_sequence (name, seq) SELECT %s, {used} + %s RETURNING seq",
            [name, count],
        )
        rows = cursor.fetchall()
    last = rows[0][0]
    return list(range(last - count + 1, last + 1))
