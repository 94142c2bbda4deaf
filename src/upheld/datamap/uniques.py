"""Groups of columns that are unique together, and whether sealing leaves them so.

Equal values never give equal ciphertexts, so the database's own constraint says nothing about
a sealed column. A column with a blind index can be held unique by that; one without cannot.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from django.db.models import F, Model, Q, UniqueConstraint


def unique_groups(model: type[Model]) -> Iterator[tuple[str, ...]]:
    """Yield the names of fields that are unique together, of one field or more, where a unique
    index over their blind indexes says the same."""
    for field in model._meta.local_concrete_fields:
        if field.unique and not field.primary_key:
            yield (field.name,)
    for group in model._meta.unique_together:
        yield tuple(group)
    for constraint in model._meta.constraints:
        if isinstance(constraint, UniqueConstraint) and _is_plain(constraint):
            yield tuple(constraint.fields)


def in_unlike_constraint(model: type[Model], name: str) -> bool:
    """Whether the field is in a unique constraint that no index over blind indexes stands for:
    it is deferred, of expressions, or holds only under a condition."""
    return any(
        isinstance(each, UniqueConstraint) and name in _names(each) and not _is_plain(each)
        for each in model._meta.constraints
    )


def _is_plain(constraint: UniqueConstraint) -> bool:
    if not constraint.fields or constraint.deferrable or constraint.nulls_distinct is False:
        return False
    filled = [
        condition
        for name in constraint.fields
        for condition in (~Q(**{name: ""}), Q(**{f"{name}__isnull": False}))
    ]
    # Empty values are outside of every index over blind indexes, so these conditions hold.
    return constraint.condition is None or constraint.condition in filled


def _names(constraint: UniqueConstraint) -> set[str]:
    names = set(constraint.fields)
    for expression in constraint.expressions:
        parts: Iterator[Any] = cast(Any, expression).flatten()
        names |= {str(getattr(part, "name", "")) for part in parts if isinstance(part, F)}
    return names
