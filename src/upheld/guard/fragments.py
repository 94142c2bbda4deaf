"""Pieces of raw SQL inside a compiled query: `RawSQL`, `extra(where=...)`.

They are read like a statement; a piece that names a table with people in it, or a personal column
of a table of the query, is refused unless the purpose may read the column as it stands.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db.models.sql.where import ExtraWhere

from upheld.guard.decisions import ALLOW
from upheld.guard.refusal import refuse
from upheld.guard.statements import Reading, read_statement

if TYPE_CHECKING:
    from upheld.guard.select import GuardedSelect


def refuse_raw_fragment(compiler: GuardedSelect, node: Any) -> None:
    """Read the SQL of `node`; raise `PurposeError` if it may not be."""
    for text in node.sqls if isinstance(node, ExtraWhere) else [node.sql]:
        refuse_text(compiler, text)


def refuse_extra_tables(compiler: GuardedSelect) -> None:
    """Refuse tables named by hand unless the map says that they are about nobody."""
    for name in compiler.query.extra_tables:
        if _with_people(compiler, (name,)):
            _refuse(compiler, "names a table by hand")


def refuse_text(compiler: GuardedSelect, text: str) -> None:
    """Read an expression in SQL; raise `PurposeError` unless the purpose may use it."""
    reading = read_statement(f"SELECT ({text})", compiler.connection.vendor)
    if reading.unreadable:
        _refuse(compiler, f"cannot be read ({reading.unreadable})")
    elif named := reading.made_here | _with_people(compiler, reading.tables):
        _refuse(compiler, f"reads `{min(named)}`")
    else:
        _check_columns(compiler, reading)


def _with_people(compiler: GuardedSelect, tables: Iterable[str]) -> set[str]:
    """Those of `tables` that the map does not declare to be about nobody."""
    datamap = compiler.ruling.governance.datamap
    models = {name: datamap.model(name) for name in tables}
    return {name for name, model in models.items() if model is None or model.is_personal}


def _check_columns(compiler: GuardedSelect, reading: Reading) -> None:
    datamap = compiler.ruling.governance.datamap
    for alias, table in compiler.query.alias_map.items():
        model = datamap.model(table.table_name)
        if model is None or not compiler.query.alias_refcount[alias]:
            continue
        for column in model.columns:
            if column.role != "category":
                continue
            if column.column not in reading.columns and not reading.star:
                continue
            readable = compiler.ruling.read[column.index] == ALLOW
            if column.lookup is not None or not readable:
                _refuse(compiler, f"touches `{column.label}`")
            else:
                compiler.touched |= 1 << column.index


def _refuse(compiler: GuardedSelect, why: str) -> None:
    refuse(
        compiler.context,
        f"a piece of raw SQL in a query of `{compiler.query.model._meta.label}` {why}",
        hint="write it with the query's own expressions",
        target=compiler.query.model._meta.label,
        action="read",
        reason="raw",
    )
