"""The engine's own statements over whole sets: erasure, retention, replay.

They are composed of the bound map's identifiers by rooms that log what they do as events of
their own, so the cursor takes them as decided. No site code comes here: for that there is
`upheld.guard.escape.raw`, which decides and logs each statement.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from django.db import connections

T = TypeVar("T")
CHUNK = 5000
"""Keys a statement: below the limit of parameters on both databases."""


class Direct:
    """Runs statements on one database."""

    def __init__(self, using: str) -> None:
        self.using = using
        self.connection: Any = connections[using]
        self.vendor: str = self.connection.vendor

    def rows(self, sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return every row of a query, values as the driver gives them."""
        with self.connection.gate.trusting(), self.connection.cursor() as cursor:
            cursor.execute(sql, params or None)
            return list(cursor.fetchall())

    def run(self, sql: str, params: Sequence[Any] = ()) -> int:
        """Run a statement; returns how many rows it changed."""
        with self.connection.gate.trusting(), self.connection.cursor() as cursor:
            cursor.execute(sql, params or None)
            return int(cursor.rowcount)

    def run_many(self, sql: str, sets: Sequence[Sequence[Any]]) -> None:
        """Run a statement once for each set of parameters."""
        if sets:
            with self.connection.gate.trusting(), self.connection.cursor() as cursor:
                cursor.executemany(sql, sets)

    def among(self, column: str, values: Sequence[Any]) -> Iterator[tuple[str, list[Any]]]:
        """Yield conditions that together are true where the quoted `column` is among
        `values`, each with its parameters."""
        for part in chunks(values, CHUNK):
            if len(part) == 1:
                yield f"{column} = %s", list(part)
            elif self.vendor == "postgresql":
                yield f"{column} = ANY(%s)", [list(part)]
            else:
                yield f"{column} IN ({', '.join(['%s'] * len(part))})", list(part)

    def rows_among(self, sql: str, column: str, values: Sequence[Any]) -> Iterator[Any]:
        """Yield the rows of `sql`, which ends in `WHERE `, where `column` is among `values`."""
        for condition, params in self.among(column, values):
            yield from self.rows(sql + condition, params)

    def run_among(self, sql: str, column: str, values: Sequence[Any]) -> int:
        """Run `sql`, which ends in `WHERE `, where `column` is among `values`."""
        return sum(self.run(sql + c, params) for c, params in self.among(column, values))


def chunks(values: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Yield `values` in parts of at most `size`."""
    for start in range(0, len(values), size):
        yield values[start : start + size]
