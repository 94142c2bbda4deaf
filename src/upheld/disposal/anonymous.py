"""Anonymising: what leads to a person goes, what was done stays, and small groups go too.

Of a row whose time is over stay the columns of kinds transaction, behaviour and preference
that are not unique; names, contact, credentials, free text, technical values (device ids,
addresses), documents and special data are emptied, and the foreign keys by which the map
leads to a person are cut. A row whose keys cannot be cut is deleted instead. What stays is
then compared among all anonymised rows of the table: where fewer rows than the smallest
group share the same values, these are emptied too.
"""

# ruff: noqa: S608  (identifiers come quoted from the map; values are parameters)

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from upheld.datamap.active import active
from upheld.datamap.bound import BoundColumn, BoundModel
from upheld.datamap.manysql import ROW
from upheld.datamap.pathsql import quoted
from upheld.disposal.clocks import Ending
from upheld.disposal.due import Condition, not_held, nothing_hangs_on_it, over, says_something
from upheld.disposal.emptying import empty
from upheld.guard.direct import Direct

STAYING = ("transaction", "behaviour", "preference")
"""Kinds of categories whose values may stay without a person."""


def can_anonymise(ending: Ending) -> bool:
    """Whether the rows can lose their person: every path begins with a key that can be cut,
    or ends on a personal column of the row itself, which is emptied."""
    return ending.anonymise and ending.whole and links_of(ending.model) is not None


def links_of(model: BoundModel) -> tuple[str, ...] | None:
    """Return the foreign keys to cut, by column; None when one cannot be."""
    cut: list[str] = []
    personal = {c.column for c in model.columns if c.role == "category"}
    fields: dict[Any, Any] = {f.column: f for f in model.model._meta.concrete_fields}
    for path in model.paths:
        if path.hops and path.hops[0].many:
            return None
        first = path.hops[0].left if path.hops else path.column
        if not path.hops and first in personal:
            continue
        field = fields.get(first)
        if field is None or field.primary_key or not field.null:
            return None
        cut.append(first)
    return tuple(dict.fromkeys(cut))


def going(ending: Ending) -> tuple[BoundColumn, ...]:
    """Columns that are emptied."""
    return tuple(column for column in ending.model.columns if _goes(column))


def staying(ending: Ending) -> tuple[BoundColumn, ...]:
    """Columns whose values stay where enough rows share them."""
    return tuple(
        column for column in ending.model.columns if column.role == "category" and not _goes(column)
    )


def _goes(column: BoundColumn) -> bool:
    if column.role != "category":
        return False
    kind = active().policy.data[column.category].kind
    return kind not in STAYING or bool(column.field.unique) or column.lookup is not None


def due(ending: Ending, today: Any, direct: Direct) -> Condition:
    """Rows whose time is over and that still lead to a person or say what must go."""
    links = [f"{ROW}.{quoted(column)} IS NOT NULL" for column in links_of(ending.model) or ()]
    still = [*links]
    params: tuple[Any, ...] = ()
    if going(ending):
        told = says_something(going(ending), direct)
        still.append(told.sql)
        params = told.params
    condition = Condition("(" + (" OR ".join(still) or "1 = 0") + ")", params)
    return (
        over(ending.model, ending.clocks, today, direct)
        & not_held(ending.model, ending.holds, direct)
        & nothing_hangs_on_it(ending.model)
        & condition
    )


def anonymise(ending: Ending, keys: Sequence[Any], direct: Direct) -> int:
    """Empty and cut the rows with these primary keys; returns how many there were."""
    model = ending.model
    count = empty(model, keys, going(ending), direct)
    links = links_of(model) or ()
    if links and keys:
        pk: Any = model.model._meta.pk
        cut = ", ".join(f"{quoted(column)} = NULL" for column in links)
        count = direct.run_among(
            f"UPDATE {quoted(model.table)} SET {cut} WHERE ", quoted(pk.column), keys
        )
    return count


def in_small_groups(ending: Ending, today: Any, direct: Direct) -> Condition:
    """Anonymised rows whose values fewer than the smallest group share."""
    columns = staying(ending)
    if not columns:
        return Condition("1 = 0")
    cut = " AND ".join(f"{{0}}.{quoted(c)} IS NULL" for c in links_of(ending.model) or ()) or "1=1"
    same = " AND ".join(
        f"({_text('o', c)} = {_text('r', c)} OR ({_text('o', c)} IS NULL"
        f" AND {_text('r', c)} IS NULL))"
        for c in columns
    )
    smallest = max(rule.smallest_group for rule in ending.rules)
    return (
        over(ending.model, ending.clocks, today, direct)
        & Condition(cut.format(ROW))
        & says_something(columns, direct)
        & Condition(
            f'(SELECT COUNT(*) FROM {quoted(ending.model.table)} "o"'
            f" WHERE {cut.format(chr(34) + 'o' + chr(34))} AND {same}) < %s",
            (smallest,),
        )
    )


def _text(alias: str, column: BoundColumn) -> str:
    return f'CAST("{alias}".{quoted(column.column)} AS TEXT)'
