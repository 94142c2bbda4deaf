"""Rows that are somebody's, and nobody knows whose: no path of the map leads anywhere.

People acting for themselves do not see them, access and erasure do not find them. They come
from links that were cut, from imports, from paths that the map does not know yet.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from dataclasses import asdict, dataclass
from typing import Any, TextIO

from django.db import DEFAULT_DB_ALIAS, connections

from upheld.datamap.active import active
from upheld.datamap.bound import BoundModel
from upheld.datamap.paths import subject_expression

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Orphans:
    """The rows of one model without a subject; `keys` are the first few."""

    model: str
    rows: int
    keys: tuple[str, ...]


def unresolved(using: str = DEFAULT_DB_ALIAS) -> list[Orphans]:
    """Return the models with rows whose subject cannot be told. Reads keys alone."""
    connection = connections[using]
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
    found = []
    for model in active().datamap.models:
        if model.paths and not model.fallback_nobody and model.table in tables:
            orphans = _orphans(model, connection)
            if orphans is not None:
                found.append(orphans)
    return found


def _orphans(model: BoundModel, connection: Any) -> Orphans | None:
    quote = connection.ops.quote_name
    pk = model.model._meta.pk
    if pk is None or pk.column is None:
        return None  # a key of several columns: rows of link tables, found by their ends
    where = f"{subject_expression(model, model.table, connection)} IS NULL"
    source = f"FROM {quote(model.table)} WHERE {where}"
    key = quote(pk.column)
    with connection.gate.trusting(), connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) {source}")
        (rows,) = cursor.fetchone()
        if not rows:
            return None
        cursor.execute(f"SELECT {key} {source} ORDER BY {key} LIMIT {_SHOWN}")
        keys = tuple(str(key) for (key,) in cursor.fetchall())
    return Orphans(model.label, rows, keys)


class Unresolved:
    """Exit 0 when every row has a subject, 1 when some have none."""

    help = "list rows that are somebody's, and nobody knows whose"

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--database", default="default", help="alias of the database")

    def run(self, options: Namespace, out: TextIO) -> int:
        found = unresolved(options.database)
        if options.json:
            out.write(json.dumps([asdict(orphans) for orphans in found]) + "\n")
            return 1 if found else 0
        for orphans in found:
            more = ", ..." if orphans.rows > len(orphans.keys) else ""
            out.write(f"{orphans.model}: {orphans.rows} ({', '.join(orphans.keys)}{more})\n")
        if found:
            out.write("link them to their person, delete them, or add a path to map.yaml\n")
        else:
            out.write("every row has a subject\n")
        return 1 if found else 0
