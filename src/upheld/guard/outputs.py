"""What comes out of the database: sealed values opened, withheld ones replaced."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.base import DEFERRED

from upheld.datamap.active import active
from upheld.datamap.bound import BoundColumn
from upheld.guard.masked import MASKED
from upheld.keyring import sealer

Converter = Callable[[Any, Any, BaseDatabaseWrapper], Any]


def _deferred(value: Any, expression: Any, connection: BaseDatabaseWrapper) -> Any:
    return DEFERRED


def _masked(value: Any, expression: Any, connection: BaseDatabaseWrapper) -> Any:
    return MASKED


def _empty(value: Any, expression: Any, connection: BaseDatabaseWrapper) -> Any:
    return None


def converter_for(column: BoundColumn, *, masked: bool) -> list[Converter]:
    """Converters that put Django's `DEFERRED`, or the placeholder, in the value's place."""
    if not masked:
        return [_deferred]
    return [_masked if column.field.empty_strings_allowed else _empty]


def null_of(column: BoundColumn, connection: BaseDatabaseWrapper) -> str:
    """SQL NULL of the column's type: PostgreSQL types the parts of a union."""
    if connection.vendor != "postgresql":
        return "NULL"
    kind = column.field.db_type(connection) or "text"
    return f"NULL::{kind.split('(')[0]}"


def opener(column: BoundColumn) -> Converter:
    """Converter that opens a sealed value. Raises `SealingError`, never gives ciphertext."""
    label = column.label

    def open_sealed(value: Any, expression: Any, connection: BaseDatabaseWrapper) -> Any:
        if not value:
            return value
        return sealer(connection.alias).open(value, column=label)

    return open_sealed


_openers: dict[str, Converter] = {}
"""By label: the only thing of a column that its converter depends on."""


def opener_of(target: Any) -> Converter | None:
    """Return the converter of a field whose column is sealed, else None."""
    column = active().datamap.column(target)
    if column is None or column.lookup is None:
        return None
    found = _openers.get(column.label)
    if found is None:
        found = _openers[column.label] = opener(column)
    return found
