"""Search by whole words on a sealed column, over the keyed tokens of its rows."""

from __future__ import annotations

from typing import Any

from upheld.datamap.bound import BoundColumn
from upheld.keyring import words

_CASTS = {
    "AutoField": "integer",
    "BigAutoField": "bigint",
    "SmallAutoField": "integer",
    "IntegerField": "integer",
    "BigIntegerField": "bigint",
    "PositiveIntegerField": "integer",
    "PositiveBigIntegerField": "bigint",
    "UUIDField": "uuid",
}


def key_column(column: BoundColumn) -> Any:
    """The primary key field of the column's table, followed to what it stands for."""
    return column.field.model._meta.pk


def word_condition(
    column: BoundColumn, alias: str, tokens: list[str], vendor: str
) -> tuple[str, list[Any]]:
    """True for the rows of `alias` (as written in SQL) whose value has all the words."""
    pk = key_column(column)
    target = pk
    while target.is_relation:
        target = target.target_field
    kind = _CASTS.get(target.get_internal_type(), "")
    # SQLite keeps a UUID as text without dashes, which is how rows are named there too.
    cast = "" if vendor == "sqlite" and kind == "uuid" else kind
    sql, params = words.rows_matching(column.label, tokens, cast=cast)
    return f'{alias}."{pk.column}" IN ({sql})', list(params)


def row_name(value: Any, vendor: str) -> str:
    """How a row is named among the tokens: its primary key as text."""
    if vendor == "sqlite" and hasattr(value, "hex") and hasattr(value, "bytes"):
        return str(value.hex)
    return str(value)
