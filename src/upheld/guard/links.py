"""Foreign keys that give a shared row its subject.

An address has no link of its own; the order that names it says whose it is. Writing such
a foreign key makes the row somebody's: nobody may do that to a row that is another's, and
what was sealed before its subject was known is given to the subject then.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connections
from django.db.models.query import QuerySet

from upheld import keyring
from upheld.datamap.active import Active
from upheld.datamap.bound import BoundModel, DataMap
from upheld.errors import KeyDestroyed, SealingError
from upheld.guard.own import as_engine
from upheld.guard.ownership import Values, is_open, subjects
from upheld.sealing import key_id_of


@dataclass(frozen=True, slots=True, eq=False)
class Link:
    """Writing `column` of the linking table gives rows of `model` a subject."""

    column: str
    model: BoundModel


@lru_cache(maxsize=1024)
def linked_rows(datamap: DataMap, model: BoundModel) -> tuple[Link, ...]:
    """The links that rows of `model` make."""
    found = []
    for target in datamap.models:
        for path in target.paths:
            if not path.hops:
                continue
            hop = path.hops[0]
            if hop.table == model.table and hop.many:
                found.append(Link(hop.right, target))
    return tuple(found)


def adopt_linked(governance: Active, model: BoundModel, rows: list[Values], using: str) -> None:
    """Give the keys of rows that `rows` (new rows of `model`) link to their subjects."""
    for link in linked_rows(governance.datamap, model):
        pks = {row.get(link.column) for row in rows}
        pks = {pk for pk in pks if pk is not None and not is_open(pk)}
        if pks and any(column.lookup is not None for column in link.model.columns):
            owners = subjects(link.model, pks, using)
            adopt(link.model, {pk: owner for pk, owner in owners.items() if owner}, using)


def sealed_for_whom(model: BoundModel, pk: Any, using: str) -> set[str]:
    """Return the owners of the keys that seal a stored row; keys of nobody add none."""
    names = [column.field.attname for column in model.columns if column.lookup is not None]
    if not names:
        return set()
    rows: QuerySet[Any] = QuerySet(model=model.model, using=using).filter(pk=pk)
    with as_engine():
        tokens = [token for _, row in _ciphertexts(rows, names, using) for token in row if token]
        keys = {key for token in tokens if (key := key_id_of(token)) is not None}
        owners = keyring.owners(keys, using=using) if keys else {}
    return {owner for owner in owners.values() if owner is not None}


def adopt(model: BoundModel, owners: dict[Any, str], using: str) -> None:
    """Give the unowned keys that seal these rows (pk -> subject) to their subjects.

    A key that has an owner keeps it: the row was sealed for that person.
    """
    sealed = [column for column in model.columns if column.lookup is not None]
    if not sealed or not owners:
        return
    names = [column.field.attname for column in sealed]
    rows: QuerySet[Any] = QuerySet(model=model.model, using=using).filter(pk__in=list(owners))
    with as_engine():
        # Not through the queryset's own values(): that would open what is wanted sealed.
        stored = _ciphertexts(rows, names, using)
        done: set[tuple[bytes, str]] = set()
        for pk, tokens in stored:
            for token in tokens:
                key_id = key_id_of(token) if token else None
                if key_id is None or (key_id, owners[pk]) in done:
                    continue
                done.add((key_id, owners[pk]))
                try:
                    keyring.adopt(key_id, owners[pk], using=using)
                except (KeyDestroyed, SealingError):
                    continue


def _ciphertexts(
    rows: QuerySet[Any], names: list[str], using: str
) -> list[tuple[Any, tuple[str, ...]]]:
    compiler = rows.values_list("pk", *names).query.get_compiler(using)
    found = [row for chunk in compiler.execute_sql() for row in chunk]
    pk = rows.model._meta.pk
    assert pk is not None
    connection = connections[using]
    converters = connection.ops.get_db_converters(pk.get_col(rows.model._meta.db_table))
    converters = [*converters, *pk.get_db_converters(connection)]

    def key(value: Any) -> Any:
        for convert in converters:
            value = convert(value, pk, connection)
        return value

    return [(key(row[0]), tuple(row[1:])) for row in found]
