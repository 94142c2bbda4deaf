"""The rows of many people in one statement, and the dates that retention counts from.

For the engine's own statements (erasure, retention), which work on whole sets. The text is
composed of bound identifiers; values travel as parameters only.
"""

# ruff: noqa: S608  (composed of quoted identifiers of the bound map; values are parameters)

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from upheld.datamap.bound import BoundModel, BoundPath, Hop
from upheld.datamap.fragments import at, vendor
from upheld.datamap.pathsql import PREFIX, absent, digest, quoted
from upheld.datamap.references import split
from upheld.datamap.steps import to_owner
from upheld.datamap.values import parameter

ROW = '"r"'
"""How the statements call the model's own table."""
MOST = 2000
"""Subjects a statement: under the parameter limit of every SQLite."""


@dataclass(frozen=True, slots=True)
class ManyRows:
    """One statement. Its first output is the value that leads to the person (a key of
    `owners`), its second the primary key, then the columns asked for."""

    sql: str
    params: tuple[Any, ...]
    owners: Mapping[Any, str]


def rows_of_many(
    model: BoundModel,
    subjects: Sequence[str],
    columns: Sequence[str],
    connection: BaseDatabaseWrapper,
) -> Iterator[ManyRows]:
    """Yield statements that together find every row of `subjects`, with SQL `columns`.

    A row that several of them reach comes once for each. `columns` call the row `ROW`.
    """
    for number, path in enumerate(model.paths):
        wanted = {
            value: subject
            for subject in subjects
            if path.kind is None or path.kind.id == split(subject)[0]
            if (value := parameter(path, subject, connection)) is not None
        }
        values = list(wanted)
        for start in range(0, len(values), MOST):
            part = values[start : start + MOST]
            yield ManyRows(
                _statement(model, number, path, columns, len(part), connection),
                tuple(part),
                {value: wanted[value] for value in part},
            )


def _statement(
    model: BoundModel,
    number: int,
    path: BoundPath,
    columns: Sequence[str],
    count: int,
    connection: BaseDatabaseWrapper,
) -> str:
    before, tables = ROW, f"{quoted(model.table)} {ROW}"
    for place, hop in enumerate(path.hops, start=1):
        alias = f'"_j{place}"'
        tables += (
            f" INNER JOIN {quoted(hop.table)} {alias}"
            f" ON {alias}.{quoted(hop.right)} = {before}.{quoted(hop.left)}"
        )
        before = alias
    value = f"{before}.{quoted(path.column)}"
    kind = path.kind
    extra = ""
    if kind is not None and kind.by == "value":
        if kind.blind_scope is not None:
            value = f"substr({value}, 1, {PREFIX})"
        else:
            extra = f" AND {value} <> ''"
            value = digest(value, vendor(connection))
    pk: Any = model.model._meta.pk
    outputs = ", ".join([value, f"{ROW}.{quoted(pk.column)}", *columns])
    earlier = "".join(f" AND {at(absent(other), model, ROW)}" for other in model.paths[:number])
    marks = ", ".join(["%s"] * count)
    return f"SELECT {outputs} FROM {tables} WHERE {value} IN ({marks}){extra}{earlier}"


def date_sql(model: BoundModel, path: str) -> str:
    """Return SQL for a column reached from the row over foreign keys (`order.date_placed`).

    The map's check has made sure that the path leads to one date.
    """
    tables, tied, column = _reached(model, path)
    return f"(SELECT {column} FROM {tables} WHERE {tied})" if tables else column


def date_before(model: BoundModel, path: str) -> str:
    """Return a condition with one parameter: the date that `path` leads to is before it. A row
    whose path leads nowhere is not."""
    tables, tied, column = _reached(model, path)
    # A half join: the database may go through the dated table once, not once for each row.
    half = f"EXISTS (SELECT 1 FROM {tables} WHERE {tied} AND {column} < %s)"
    return half if tables else f"{column} < %s"


def _reached(model: BoundModel, path: str) -> tuple[str, str, str]:
    """Return joined tables, what ties them to the row, and the column; no tables = the row's."""
    opts: Any = model.model._meta
    hops: list[Hop] = []
    *steps, last = path.split(".")
    for step in steps:
        field = opts.get_field(step)
        hops += to_owner(opts, field)
        for info in field.path_infos:
            ((left, right),) = info.join_field.get_joining_fields()
            hops.append(Hop(info.to_opts.db_table, left.column, right.column, False))
            opts = info.to_opts
    field = opts.get_field(last)
    hops += to_owner(opts, field)
    tables, tied, before = "", "", ROW
    for number, hop in enumerate(hops):
        alias = f'"_d{number}"'
        tie = f"{alias}.{quoted(hop.right)} = {before}.{quoted(hop.left)}"
        table = f"{quoted(hop.table)} {alias}"
        if tables:
            tables += f" INNER JOIN {table} ON {tie}"
        else:
            tables, tied = table, tie
        before = alias
    return tables, tied, f"{before}.{quoted(field.column)}"


__all__ = ["ROW", "ManyRows", "date_before", "date_sql", "rows_of_many"]
