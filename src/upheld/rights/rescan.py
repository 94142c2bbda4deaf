"""The last word of an erasure: the people are searched again from nothing.

It knows the plan only to tell what may still be there: shells, with what is kept and empty
values in the other columns, and rows that are somebody else's too.
"""

# ruff: noqa: S608  (identifiers come quoted from the map; values are parameters)

from __future__ import annotations

from typing import Any

from upheld.datamap.bound import BoundModel
from upheld.datamap.manysql import ROW, rows_of_many
from upheld.datamap.pathsql import quoted
from upheld.disposal.emptying import is_empty
from upheld.errors import RightsError
from upheld.guard.direct import Direct
from upheld.rights.plan import Plans, RowFate
from upheld.rights.shape import Shape, shapes


class ErasureIncomplete(RightsError):
    """The re-scan found data that should be gone; the transaction was rolled back."""

    code = "rights.erasure_incomplete"


def check(plans: Plans, direct: Direct) -> None:
    """Search every model for the people again. Raises `ErasureIncomplete`."""
    names = list(plans.names)
    for shape in shapes():
        columns = [f"{ROW}.{quoted(column.column)}" for column in shape.personal]
        fates = plans.fates.get(shape.model, {})
        for statement in rows_of_many(shape.model, names, columns, direct.connection):
            for _, pk, *values in direct.rows(statement.sql, statement.params):
                _check_row(shape, pk, values, fates.get(pk), direct)
    for model, fates in plans.fates.items():
        _check_gone(model, [pk for pk, fate in fates.items() if fate.delete], direct)


def _check_row(
    shape: Shape, pk: Any, values: list[Any], fate: RowFate | None, direct: Direct
) -> None:
    if fate is not None and fate.shared:
        return
    stays = fate is not None and fate.stays
    kept = {c for one in fate.kept for c in one.columns} if fate is not None else set()
    for column, value in zip(shape.personal, values, strict=True):
        if stays and (column in kept or is_empty(column, value, direct)):
            continue
        raise _incomplete(column.label, pk)
    if not stays and not shape.personal:
        raise _incomplete(shape.model.label, pk)


def _check_gone(model: BoundModel, keys: list[Any], direct: Direct) -> None:
    """A row that nothing leads to any more is found by its own key."""
    pk: Any = model.model._meta.pk
    name = quoted(pk.column)
    for (key,) in direct.rows_among(f"SELECT {name} FROM {quoted(model.table)} WHERE ", name, keys):
        raise _incomplete(model.label, key)


def _incomplete(place: str, pk: Any) -> ErasureIncomplete:
    return ErasureIncomplete(
        f"`{place}` of row `{pk}` is still there",
        hint="nothing was erased; correct the map and try again",
        column=place,
    )
