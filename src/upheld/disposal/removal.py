"""Deleting rows of one table by key, with what the schema says must happen to rows that point
at them.

Safety argument. Only rows named by primary key are deleted, with rows that cannot be without
them: those of tables that are about nobody, whose foreign key cascades. The caller has
settled beforehand that no row about a person hangs on them; if one does, the database's own
constraint refuses the commit, and nothing is lost. A model whose deletion an application
listens to (a search index, a cache) is deleted through Django, so that it hears.
"""

# ruff: noqa: S608  (identifiers come quoted from the map; values are parameters)

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    CASCADE,
    DO_NOTHING,
    PROTECT,
    RESTRICT,
    SET_NULL,
    ForeignObjectRel,
    Model,
    signals,
)

from upheld.context import current, purpose
from upheld.datamap.active import active
from upheld.datamap.bound import BoundModel
from upheld.datamap.pathsql import quoted
from upheld.disposal.emptying import forget_words
from upheld.guard.direct import Direct
from upheld.policy.types import UPKEEP


@dataclass(frozen=True, slots=True)
class Pointing:
    """A foreign key of another row to rows of a model."""

    child: type[Model]
    bound: BoundModel | None
    table: str
    column: str
    """The column that holds the key."""
    then: str
    """`cascade`, `refuse` (protected), `null`, `nothing` or `other`: on deletion."""
    derived: bool
    """Every row that points at a person's row is that person's, by the map's paths."""


def pointing_at(model: BoundModel) -> tuple[Pointing, ...]:
    """Return every foreign key that leads to rows of `model`."""
    kept = active().kept
    key = (__name__, model)
    if key not in kept:
        kept[key] = tuple(_pointing(model))
    found: tuple[Pointing, ...] = kept[key]
    return found


def _pointing(model: BoundModel) -> Iterator[Pointing]:
    datamap = active().datamap
    for relation in model.model._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ForeignObjectRel) or relation.many_to_many:
            continue
        child, field = relation.related_model, relation.field
        if child._meta.proxy or not field.column:
            continue
        bound = datamap.model(child)
        then: str = _THEN.get(getattr(relation, "on_delete", DO_NOTHING), "other")
        yield Pointing(
            child, bound, child._meta.db_table, field.column, then,
            derived=bound is not None and _derived(model, bound, field),
        )  # fmt: skip


_THEN: dict[Any, str] = {
    CASCADE: "cascade",
    PROTECT: "refuse",
    RESTRICT: "refuse",
    SET_NULL: "null",
    DO_NOTHING: "nothing",
}


def _derived(parent: BoundModel, child: BoundModel, field: Any) -> bool:
    """Whether the child's paths are the foreign key and then the parent's own paths."""
    if not parent.paths or any(path.many for path in parent.paths):
        return False
    if field.model._meta.concrete_model is not child.model:
        return False
    texts = [path.text for path in parent.paths]
    if getattr(field.remote_field, "parent_link", False):
        return [path.text for path in child.paths[: len(texts)]] == texts
    wanted = [field.name if text == "self" else f"{field.name}.{text}" for text in texts]
    return [path.text for path in child.paths[: len(wanted)]] == wanted


def remove(model: BoundModel, keys: Sequence[Any], direct: Direct, *, gone: bool = False) -> int:
    """Delete rows by primary key; returns how many there were.

    `gone` = the caller has just deleted all rows whose paths lead through these.
    """
    if not keys:
        return 0
    if heard(model.model) or any(one.then == "other" for one in pointing_at(model)):
        return _through_django(model.model, keys, direct)
    for one in pointing_at(model):
        if gone and one.derived:
            continue
        if one.then == "null":
            column = quoted(one.column)
            direct.run_among(f"UPDATE {quoted(one.table)} SET {column} = NULL WHERE ", column, keys)
        elif one.then == "cascade" and (one.bound is None or not is_about_people(one.bound)):
            _remove_pointing(one, keys, direct)
    pk: Any = model.model._meta.pk
    count = direct.run_among(f"DELETE FROM {quoted(model.table)} WHERE ", quoted(pk.column), keys)
    forget_words(model.columns, keys, direct)
    return count


def is_about_people(model: BoundModel) -> bool:
    """True for a model whose rows have a person and data of their own."""
    return bool(model.paths) and any(column.role == "category" for column in model.columns)


def heard(model: type[Model]) -> bool:
    """True when something listens to deletions of the model."""
    return bool(signals.pre_delete.has_listeners(model) or signals.post_delete.has_listeners(model))


def children_first(models: tuple[BoundModel, ...]) -> tuple[BoundModel, ...]:
    """Order models so that rows come before the rows they point to; cycles keep map order."""
    known = set(models)
    ordered: dict[BoundModel, None] = {}
    visiting: set[BoundModel] = set()

    def visit(model: BoundModel) -> None:
        if model in ordered or model in visiting:
            return
        visiting.add(model)
        for one in pointing_at(model):
            if one.bound is not None and one.bound in known:
                visit(one.bound)
        visiting.discard(model)
        ordered[model] = None

    for model in models:
        visit(model)
    return tuple(ordered)


def _remove_pointing(one: Pointing, keys: Sequence[Any], direct: Direct) -> None:
    pk: Any = one.child._meta.pk
    found = [
        row[0]
        for row in direct.rows_among(
            f"SELECT {quoted(pk.column)} FROM {quoted(one.table)} WHERE ", quoted(one.column), keys
        )
    ]
    if found and one.bound is not None:
        remove(one.bound, found, direct)
    elif found:
        _through_django(one.child, found, direct)


def _through_django(model: type[Model], keys: Sequence[Any], direct: Direct) -> int:
    name = current().purpose or UPKEEP
    with purpose(name):
        _, counts = model._base_manager.using(direct.using).filter(pk__in=keys).delete()
    return counts.get(model._meta.label, 0)
