"""Rows that change hands: what was sealed for the old subject is sealed for the new one.

A guest's order is given to the account that the guest opens later. Its values must follow,
or the old subject's erasure would take them and the new one's would not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models.query import QuerySet

from upheld.datamap.bound import BoundModel
from upheld.guard.own import as_engine
from upheld.guard.ownership import subjects


@dataclass(frozen=True, slots=True)
class Held:
    """Rows as they were before an update: subjects and opened values by primary key."""

    owners: dict[Any, str | None]
    values: dict[Any, dict[str, Any]]


def hold(
    model: BoundModel, owners: dict[Any, str | None], written: set[str], using: str
) -> Held | None:
    """Remember the sealed values that an update will not write itself, None = there are none."""
    names = [
        column.field.attname
        for column in model.columns
        if column.lookup is not None and column.column not in written
    ]
    if not names or not owners:
        return None
    with as_engine():
        rows = _rows(model, using).filter(pk__in=list(owners)).values("pk", *names)
        values = {row.pop("pk"): row for row in rows}
    return Held(owners, values)


def reseal(model: BoundModel, held: Held, using: str) -> None:
    """Write again what is held for the rows whose subject is another now."""
    now = subjects(model, held.values, using)
    with as_engine():
        for pk, values in held.values.items():
            if now.get(pk) is not None and now[pk] != held.owners.get(pk):
                _rows(model, using).filter(pk=pk).update(**values)


def _rows(model: BoundModel, using: str) -> QuerySet[Any]:
    return QuerySet(model=model.model, using=using)
