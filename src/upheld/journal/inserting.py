"""Rows put into the journal's own tables past the ORM, as many a statement as the database takes.

Each request writes to these tables, so what it costs is paid by every page.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from django.db import connections
from django.db.models import Model

PARAMETERS = 900
"""Of one statement: under the limit of every SQLite."""

Row = Sequence[Any]
"""Values as the database driver takes them."""


def insert(
    model: type[Model],
    columns: Sequence[str],
    rows: Sequence[Row],
    *,
    using: str,
    source: str = "VALUES {}",
    ending: str = "",
) -> int:
    """Insert rows and return how many statements it took, each of them whole or not at all.

    `source` gives the rows, its one place being where their values go.
    """
    if not rows:
        return 0
    connection: Any = connections[using]
    names = ", ".join(f'"{name}"' for name in columns)
    start = f'INSERT INTO "{model._meta.db_table}" ({names}) '
    one = f"({', '.join(['%s'] * len(columns))})"
    most = PARAMETERS // len(columns)
    statements = 0
    with trusted(connection), connection.cursor() as cursor:
        for at in range(0, len(rows), most):
            part = rows[at : at + most]
            values = ", ".join([one] * len(part))
            cursor.execute(
                start + source.format(values) + ending, [value for row in part for value in row]
            )
            statements += 1
    return statements


def trusted(connection: Any) -> AbstractContextManager[Any]:
    """A guarded connection reads statements that no compiler made; these are the engine's."""
    gate = getattr(connection, "gate", None)
    return nullcontext() if gate is None else gate.trusting()
