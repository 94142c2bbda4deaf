"""The rows of one person, or of everybody, that hold given categories, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import DEFAULT_DB_ALIAS

from upheld.datamap.active import active
from upheld.datamap.bound import BoundColumn, BoundModel
from upheld.datamap.paths import rows_of, subjects_of

CHUNK = 500
"""Rows read at a time, so that a business transfer fits into memory."""

Record = dict[str, Any]


def records(
    categories: Iterable[str], subject: str = "", using: str = DEFAULT_DB_ALIAS
) -> Iterator[tuple[BoundModel, str, Record]]:
    """Yield (model, whose, column -> value) under the purpose in force.

    `subject` empty = everybody's. Password hashes, tokens and end-to-end sealed values are
    never part of it, whatever was asked.
    """
    wanted = frozenset(categories)
    for model in active().datamap.models:
        columns = [column for column in model.columns if _goes(column, wanted)]
        if not columns or not model.paths:
            continue
        names = [column.field.attname for column in columns]
        if subject:
            rows = rows_of(model, subject, using)
            for _, *values in rows.values_list("pk", *names).iterator(chunk_size=CHUNK):
                yield model, subject, dict(zip(names, values, strict=True))
        else:
            yield from _everybodys(model, names, using)


def _everybodys(
    model: BoundModel, names: list[str], using: str
) -> Iterator[tuple[BoundModel, str, Record]]:
    rows = model.model._base_manager.using(using).order_by("pk").values_list("pk", *names)
    part: list[tuple[Any, ...]] = []
    for row in rows.iterator(chunk_size=CHUNK):
        part.append(row)
        if len(part) == CHUNK:
            yield from _owned(model, names, part, using)
            part = []
    yield from _owned(model, names, part, using)


def _owned(
    model: BoundModel, names: list[str], part: list[tuple[Any, ...]], using: str
) -> Iterator[tuple[BoundModel, str, Record]]:
    owners = subjects_of(model, [row[0] for row in part], using)
    for pk, *values in part:
        owner = owners.get(pk)
        if owner is not None:  # what is nobody's is no person's data to hand over
            yield model, owner, dict(zip(names, values, strict=True))


def _goes(column: BoundColumn, wanted: frozenset[str]) -> bool:
    if column.role != "category" or column.category not in wanted or column.copy_of:
        return False
    category = active().policy.data[column.category]
    by_member = category.sealed is not None and category.sealed.by == "member"
    return category.kind != "credential" and not by_member
