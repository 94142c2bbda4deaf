"""Wrong shadow values: found and mended, table by table.

They come from writes that were made while triggers were off, from rows loaded before the rows
that their path leads through, and from an owner that changed while a row was being added.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from upheld.datamap.pathsql import quoted
from upheld.guard.secondline.design import Design
from upheld.guard.secondline.names import MASK
from upheld.guard.secondline.shadows import ROW, Shadow


def wrong_values(cursor: Any, design: Design) -> Iterator[tuple[str, int]]:
    """(table, rows with a wrong shadow), only tables that have any. Needs the keeper's role."""
    for shadow in design.shadows:
        cursor.execute(
            f"SELECT count(*) FROM {quoted(shadow.table)} AS {ROW}"  # noqa: S608  (quoted names of the map)
            f" WHERE {_is_wrong(shadow, design)}"
        )
        (count,) = cursor.fetchone()
        if count:
            yield shadow.table, count


def mend_values(cursor: Any, design: Design) -> Iterator[tuple[str, int]]:
    """Put right what is wrong, and yield as `wrong_values` does."""
    for shadow in design.shadows:
        whose = shadow.whose(ROW)
        cursor.execute(
            f"UPDATE {quoted(shadow.table)} AS {ROW}"  # noqa: S608  (quoted names of the map)
            f" SET {shadow.column} = {whose}, {MASK} = {_mask(shadow, design)}"
            f" WHERE {_is_wrong(shadow, design)}"
        )
        if cursor.rowcount:
            yield shadow.table, cursor.rowcount


def _mask(shadow: Shadow, design: Design) -> str:
    if not design.making.masked:
        return "0"
    return f"upheld_second_line.mask_of({shadow.one(shadow.whose(ROW))})"


def _is_wrong(shadow: Shadow, design: Design) -> str:
    return (
        f"({ROW}.{shadow.column} IS DISTINCT FROM {shadow.whose(ROW)}"
        f" OR {ROW}.{MASK} IS DISTINCT FROM {_mask(shadow, design)})"
    )
