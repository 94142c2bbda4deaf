"""What stands in the place of a value that a purpose sees only as existing."""

from __future__ import annotations

from typing import Any

from django.db.models.base import DEFERRED

PLACEHOLDER = "•••"


class Masked(str):
    """The placeholder, recognised when an instance is saved: the stored value stays."""

    __slots__ = ()


MASKED = Masked(PLACEHOLDER)


def stands_for_withheld(value: Any) -> bool:
    """Tell whether `value` is what a read gave instead of the stored value.

    None is the placeholder of columns that are not text, and a form posts the
    placeholder back as plain text.
    """
    return value is None or value is DEFERRED or value == PLACEHOLDER
