"""Finds a drawing by its name."""

from __future__ import annotations

from collections.abc import Callable

from sites.appliance_shop.drawings import air, breakfast, cleaning, cold, cooking, preparation
from sites.appliance_shop.drawings.breakfast import Box
from sites.appliance_shop.drawings.canvas import Canvas

Draw = Callable[[Canvas], Box]


def find(kind: str) -> Draw:
    """Return the drawing function called `kind`. Raises `LookupError` if there is none."""
    for room in (breakfast, cooking, preparation, cold, air, cleaning):
        draw: Draw | None = getattr(room, kind, None)
        if draw is not None:
            return draw
    raise LookupError(f"no drawing is called `{kind}`")
