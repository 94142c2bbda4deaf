"""Shapes of questions, a file a subject. Each is asked of the database and of the oracle."""

from __future__ import annotations

from tests.agreement.shapes import (
    combining,
    filtering,
    grouping,
    inserting,
    joining,
    loading,
    nesting,
    ordering,
    reading,
    updating,
)
from tests.agreement.shapes.shape import Shape

ALL: dict[str, Shape] = {
    shape.name: shape
    for module in (
        reading, loading, filtering, ordering, grouping, nesting, joining, combining, updating,
        inserting,
    )
    for shape in module.SHAPES
}  # fmt: skip

assert len(ALL) == sum(
    len(module.SHAPES)
    for module in (
        reading, loading, filtering, ordering, grouping, nesting, joining, combining, updating,
        inserting,
    )
), "two shapes share a name"  # fmt: skip
