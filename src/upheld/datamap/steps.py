"""From the names of a subject path (`order.user`) to joins over real columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.db.models.options import Options

from upheld.datamap.bound import AnyField, BoundKind, BoundPath, Hop
from upheld.errors import ConfigurationError
from upheld.policy.findings import did_you_mean
from upheld.policy.mapfile import SubjectPath

REFERENCE = "reference"
"""`reference.<column>`: the column holds a whole reference, `kind:value`."""


class PathError(ConfigurationError):
    """A subject path that leads to no subject."""

    code = "datamap.path"


def bind_path(
    model: type[Model],
    path: SubjectPath,
    kinds: Mapping[str, BoundKind],
    category_of: Mapping[tuple[str, str], str],
    wall: str = "",
) -> BoundPath:
    """Follow `path` from `model`. `category_of` maps (table, column) to categories.

    Raises `PathError` for a step that does not exist, or an end that is no subject.
    """
    opts = model._meta
    if not path.steps:
        kind = _kind_of_root(model, kinds)
        if kind is None:
            raise PathError(
                f"`self` stands on `{opts.label}`, which is the root of no kind of subject",
                hint="name the model under `subjects`, or write the path to one that is",
            )
        pk = kind.field
        return BoundPath(path.text, kind, (), pk.column or "", False)
    if path.steps[0] == REFERENCE and len(path.steps) == 2 and not _is_relation(opts, REFERENCE):
        held = _field(opts, path.steps[1], path)
        return BoundPath(path.text, None, (), held.column, bool(held.null or held.blank))
    return _follow(model, path, kinds, category_of, wall)


def _follow(
    model: type[Model],
    path: SubjectPath,
    kinds: Mapping[str, BoundKind],
    category_of: Mapping[tuple[str, str], str],
    wall: str,
) -> BoundPath:
    opts: Options[Any] = model._meta
    hops: list[Hop] = []
    nullable = False
    for position, name in enumerate(path.steps):
        last = position == len(path.steps) - 1
        found = _field(opts, name, path)
        if found.is_relation:
            if not hasattr(found, "path_infos") or _is_generic(found):
                raise PathError(
                    f"step `{name}` of `{path.text}` is a generic relation, it may lead anywhere",
                    hint="write a path over foreign keys",
                )
            hops.extend(to_owner(opts, found))
            nullable = nullable or bool(getattr(found, "null", True))
            for info in found.path_infos:
                pairs = info.join_field.get_joining_fields()
                if len(pairs) != 1:
                    raise PathError(f"step `{name}` of `{path.text}` joins by several columns")
                ((left, right),) = pairs
                hops.append(Hop(info.to_opts.db_table, left.column, right.column, info.m2m))
                opts = info.to_opts
            if last:
                return _end_on_root(path, opts, hops, nullable, kinds)
            continue
        if not last:
            raise PathError(
                f"step `{name}` of `{path.text}` is a plain column, no step can follow it"
            )
        hops.extend(to_owner(opts, found))
        table = found.model._meta.db_table
        value_kind = _kind_of_value(path, table, found, kinds, category_of, wall)
        nullable = nullable or bool(found.null or found.blank)
        return BoundPath(path.text, value_kind, tuple(hops), found.column, nullable)
    raise PathError(f"`{path.text}` has no steps")


def _end_on_root(
    path: SubjectPath,
    opts: Options[Any],
    hops: list[Hop],
    nullable: bool,
    kinds: Mapping[str, BoundKind],
) -> BoundPath:
    kind = _kind_of_root(opts.model, kinds)
    if kind is None:
        raise PathError(
            f"`{path.text}` ends on `{opts.label}`, which is the root of no kind of subject",
            hint="go on to one of: "
            + ", ".join(sorted(k.model._meta.label for k in kinds.values() if k.by == "key")),
        )
    column = kind.field.column or ""
    if hops[-1].right == column and not hops[-1].many:
        # The foreign key already holds the subject's key: no need to join its root.
        end = hops.pop()
        column = end.left
    return BoundPath(path.text, kind, tuple(hops), column, nullable)


def to_owner(opts: Options[Any], found: Any) -> list[Hop]:
    """Joins from a multi-table child up to the parent that has the field."""
    owner = found.model._meta.concrete_model
    if owner is opts.concrete_model or owner is None:
        return []
    hops = []
    for info in opts.get_path_to_parent(owner):
        link: Any = info.join_field
        ((left, right),) = link.get_joining_fields()
        hops.append(Hop(info.to_opts.db_table, left.column, right.column, False))
    return hops


def _kind_of_root(model: type[Model], kinds: Mapping[str, BoundKind]) -> BoundKind | None:
    concrete = model._meta.concrete_model
    for kind in kinds.values():
        if kind.by == "key" and kind.model._meta.concrete_model is concrete:
            return kind
    return None


def _kind_of_value(
    path: SubjectPath,
    table: str,
    found: AnyField,
    kinds: Mapping[str, BoundKind],
    category_of: Mapping[tuple[str, str], str],
    wall: str,
) -> BoundKind:
    """The kind known by this value: its own column, or one of the same category and wall."""
    by_value = [kind for kind in kinds.values() if kind.by == "value"]
    for kind in by_value:
        if (kind.model._meta.db_table, kind.field.column) == (table, found.column):
            return kind
    category = category_of.get((table, found.column or ""), "")
    fitting = [k for k in by_value if category and k.category == category]
    if wall:
        fitting = [kind for kind in fitting if kind.wall == wall]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise PathError(
            f"`{path.text}` may mean any of the kinds "
            + ", ".join(f"`{kind.id}`" for kind in fitting),
            hint="write the `wall` of this model",
        )
    raise PathError(
        f"`{path.text}` ends on a column by which no kind of subject is known",
        hint="end on a relation to a subject, or name the column under `subjects`",
    )


def _field(opts: Options[Any], name: str, path: SubjectPath) -> Any:
    try:
        return opts.get_field(name)
    except FieldDoesNotExist:
        names = [f.name for f in opts.get_fields(include_hidden=False)]
        raise PathError(
            f"`{opts.label}` has no field or relation `{name}`, a step of `{path.text}`",
            hint=did_you_mean(name, names),
        ) from None


def _is_relation(opts: Options[Any], name: str) -> bool:
    try:
        return bool(opts.get_field(name).is_relation)
    except FieldDoesNotExist:
        return False


def _is_generic(found: Any) -> bool:
    # Only generic relations join by the content type besides the key.
    return any(base.__name__.startswith("Generic") for base in type(found).__mro__)
