"""Emptying columns of many rows at once: the value that says nothing, and how to tell it.

Safety argument. An emptied value cannot be brought back, so a statement here names its rows
by primary key, chosen and locked by the caller within the same transaction.
"""

# ruff: noqa: S608  (identifiers come quoted from the map; values are parameters)

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import models

from upheld.datamap.bound import BoundColumn, BoundModel
from upheld.datamap.pathsql import quoted
from upheld.errors import RightsError
from upheld.guard.direct import Direct
from upheld.guard.tokens import row_name
from upheld.keyring import words

EMPTY_DATE = datetime(1970, 1, 1, tzinfo=UTC)
UNIQUE = "erased-"
"""How the value of an emptied unique column starts."""


def empty_value(column: BoundColumn) -> Any:
    """Return the Python value that says nothing, of the column's type; "" for a unique text,
    which gets a random one instead (`is_random`).

    Raises `RightsError` for a type that has none.
    """
    field = column.field
    if field.null:
        return None
    if isinstance(field, models.CharField | models.TextField | models.FileField):
        return ""
    if isinstance(field, models.DateTimeField):
        return EMPTY_DATE
    if isinstance(field, models.DateField):
        return EMPTY_DATE.date()
    if field.has_default():
        return field.get_default()
    if isinstance(field, models.BooleanField):
        return False
    if isinstance(field, models.IntegerField | models.FloatField | models.DecimalField):
        return 0
    if isinstance(field, models.JSONField):
        return {}
    if isinstance(field, models.BinaryField):
        return b""
    raise RightsError(
        f"cannot empty `{column.label}` of type `{type(field).__name__}`",
        hint="make the column nullable or give it a default",
    )


def is_random(column: BoundColumn) -> bool:
    """True for a unique text: two emptied rows must not collide."""
    field = column.field
    return (
        not field.null
        and bool(field.unique)
        and isinstance(field, models.CharField | models.TextField)
    )


def stored_empty(column: BoundColumn, direct: Direct) -> Any:
    """Return the empty value as the database takes it."""
    return column.field.get_db_prep_save(empty_value(column), direct.connection)


def is_empty(column: BoundColumn, stored: Any, direct: Direct) -> bool:
    """Tell whether a value as the driver gave it says nothing."""
    if stored is None or stored == "":
        return True
    if is_random(column):
        return isinstance(stored, str) and _looks_random(column, stored)
    empty = empty_value(column)
    field: Any = column.field
    if isinstance(field, models.DateField):
        return str(stored)[:10] == EMPTY_DATE.date().isoformat()
    if isinstance(field, models.JSONField):
        return stored in (empty, field.get_db_prep_save(empty, direct.connection), "{}", "[]")
    if isinstance(stored, memoryview):
        stored = bytes(stored)
    return bool(stored == empty or field.to_python(stored) == empty)


def not_empty_sql(column: BoundColumn, name: str, direct: Direct) -> tuple[str, list[Any]]:
    """Return a condition, true where the quoted column `name` still says something."""
    field: Any = column.field
    present = f"{name} IS NOT NULL"
    if is_random(column):
        if _width(column) < len(UNIQUE) + 16:
            return "1 = 0", []  # too narrow to be told from a real one; goes with its row
        return f"({name} <> '' AND substr({name}, 1, {len(UNIQUE)}) <> '{UNIQUE}')", []
    if isinstance(field, models.CharField | models.TextField | models.FileField):
        return f"({present} AND {name} <> '')", []
    if field.null:
        return present, []
    if isinstance(field, models.JSONField):
        return f"(CAST({name} AS TEXT) <> %s)", [str(_json(column, direct))]
    return f"{name} <> %s", [stored_empty(column, direct)]


def empty(
    model: BoundModel, keys: Sequence[Any], columns: Iterable[BoundColumn], direct: Direct
) -> int:
    """Empty `columns` of the rows with these primary keys; returns how many rows there were.

    Words of sealed values go with them.
    """
    chosen = list(columns)
    if not chosen or not keys:
        return 0
    parts, params = assignments(chosen, direct)
    pk: Any = model.model._meta.pk
    sql = f"UPDATE {quoted(model.table)} SET {parts} WHERE "
    count = 0
    for condition, among in direct.among(quoted(pk.column), keys):
        count += direct.run(sql + condition, [*params, *among])
    forget_words(chosen, keys, direct)
    return count


def assignments(columns: Iterable[BoundColumn], direct: Direct) -> tuple[str, list[Any]]:
    """Return what stands between SET and WHERE to empty these columns, with its parameters."""
    parts, params = [], []
    for column in columns:
        name = quoted(column.column)
        if is_random(column):
            parts.append(f"{name} = {_random_sql(column, direct)}")
        else:
            parts.append(f"{name} = %s")
            params.append(stored_empty(column, direct))
    return ", ".join(parts), params


def forget_words(columns: Iterable[BoundColumn], keys: Sequence[Any], direct: Direct) -> None:
    """Take away the word tokens of these columns in these rows."""
    named: list[str] | None = None
    for column in columns:
        if column.lookup == "words":
            named = named or [row_name(key, direct.vendor) for key in keys]
            words.remove(column.label, named, using=direct.using)


def _json(column: BoundColumn, direct: Direct) -> str:
    value = empty_value(column)
    return "[]" if isinstance(value, list) else "{}" if isinstance(value, dict) else "null"


def _width(column: BoundColumn) -> int:
    return int(column.field.max_length or 255)


def _looks_random(column: BoundColumn, stored: str) -> bool:
    width = _width(column)
    if width >= len(UNIQUE) + 16:
        return stored.startswith(UNIQUE)
    return len(stored) == min(16, width) and all(c in "0123456789abcdef" for c in stored)


def _random_sql(column: BoundColumn, direct: Direct) -> str:
    """SQL that gives every row a text of its own, as long as fits."""
    width = min(16, _width(column))
    if direct.vendor == "postgresql":
        text = f"left(replace(CAST(gen_random_uuid() AS text), '-', ''), {width})"
    else:
        text = f"substr(lower(hex(randomblob(8))), 1, {width})"
    return f"'{UNIQUE}' || {text}" if _width(column) >= len(UNIQUE) + 16 else text
