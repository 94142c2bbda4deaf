"""Whose a row will be: worked out from what is about to be written, before it is.

A new row's subject is read off its paths in order: a foreign key straight to a subject, a
value by which guests are known, or the subject of the row that a foreign key leads to. A
path that starts with a reverse relation says nothing yet: the row is linked later.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.db import connections
from django.db.models import Value

from upheld.datamap.active import Active
from upheld.datamap.bound import BoundModel, BoundPath
from upheld.datamap.paths import subject_expression
from upheld.datamap.references import index_of

_CHUNK = 500

Values = dict[str, Any]
"""New values of one row by column name, as the database will get them, unsealed."""


def introduces(model: BoundModel) -> bool:
    """True where people known by a value say in the row itself who they are."""
    return any(
        path.kind is not None and path.kind.by == "value" and not path.hops for path in model.paths
    )


def says_owner(model: BoundModel, values: Values) -> bool:
    """Tell whether the first path that says whose the row is ends in the row, at a value."""
    for path in model.paths:
        value = values.get(path.hops[0].left if path.hops else path.column)
        if value is None or value == "":
            continue
        return not path.hops and path.kind is not None and path.kind.by == "value"
    return False


def owner_of(governance: Active, model: BoundModel, values: Values, using: str) -> str | None:
    """Return the subject (`kind:value`) of a row with `values`; None = not linked yet."""
    for path in model.paths:
        owner = _by_path(governance, path, values, using)
        if owner is not None:
            return owner
    return None


def is_own_root(model: BoundModel) -> bool:
    """True when the row is its own subject, named by its primary key."""
    return any(
        path.kind is not None and path.kind.by == "key" and not path.hops
        and path.column == (model.model._meta.pk.column if model.model._meta.pk else "")
        and path.kind.model._meta.db_table == model.table
        for path in model.paths
    )  # fmt: skip


def decides_owner(model: BoundModel) -> frozenset[str]:
    """Columns of the model's own table whose value says, or helps to say, whose a row is."""
    return _first_columns(model)


@lru_cache(maxsize=1024)
def _first_columns(model: BoundModel) -> frozenset[str]:
    return frozenset(
        path.hops[0].left if path.hops else path.column
        for path in model.paths
        if not path.hops or not _starts_backwards(model, path)
    )


def _starts_backwards(model: BoundModel, path: BoundPath) -> bool:
    """True when other rows point to this one; a key that is a foreign key points itself."""
    pk: Any = model.model._meta.pk
    if pk is None or path.hops[0].left != pk.column:
        return False
    return not (pk.is_relation and pk.related_model._meta.db_table == path.hops[0].table)


def settled(value: Any) -> Any:
    """Return the plain value behind `Value(...)`; other expressions stay as they are."""
    while isinstance(value, Value):
        value = value.value
    return value


def is_open(value: Any) -> bool:
    """Tell whether only the database will know the value."""
    return hasattr(value, "as_sql") or hasattr(value, "resolve_expression")


def _by_path(governance: Active, path: BoundPath, values: Values, using: str) -> str | None:
    start = path.hops[0].left if path.hops else path.column
    value = values.get(start)
    if is_open(value) or value is None or value == "":
        return None
    if path.hops:
        return _through(governance, path, value, using)
    if path.kind is None:
        return str(value)
    if path.kind.by == "key":
        return f"{path.kind.id}:{value}"
    return f"{path.kind.id}:{index_of(path.kind, str(value))}" if str(value).strip() else None


def _through(governance: Active, path: BoundPath, value: Any, using: str) -> str | None:
    hop = path.hops[0]
    target = governance.datamap.model(hop.table)
    if target is None or hop.many:
        return None
    return next(iter(subjects(target, [value], using, by=hop.right).values()), None)


def subject_of(model: BoundModel, pk: Any, using: str) -> str | None:
    """Return the subject of a stored row, seen past all row rules."""
    return next(iter(subjects(model, [pk], using).values()), None)


def subjects(
    model: BoundModel, pks: Iterable[Any], using: str, *, by: str = ""
) -> dict[Any, str | None]:
    """Return the subjects of stored rows by primary key, seen past all row rules.

    `by` names another unique column that `pks` are values of.

    Asked on every insert of a row with an owner, so it goes straight to the cursor; the
    statement is made of bound names and gives references, no content.
    """
    wanted = list(pks)
    found: dict[Any, str | None] = dict.fromkeys(wanted)
    opts = model.model._meta
    field = next((f for f in opts.concrete_fields if f.column == by), None) if by else opts.pk
    if not model.paths or field is None:
        return found
    connection: Any = connections[using]
    by_stored = {field.get_db_prep_value(pk, connection): pk for pk in wanted}
    quote = connection.ops.quote_name
    start = (
        f"SELECT {quote(field.column)}, {subject_expression(model, model.table, connection)}"  # noqa: S608
        f" FROM {quote(model.table)} WHERE {quote(field.column)}"
    )
    stored = list(by_stored)
    with connection.gate.trusting(), connection.cursor() as cursor:
        for at in range(0, len(stored), _CHUNK):
            part = stored[at : at + _CHUNK]
            cursor.execute(f"{start} IN ({', '.join(['%s'] * len(part))})", part)
            for key, subject in cursor.fetchall():
                found[by_stored.get(key, key)] = subject
    return found
