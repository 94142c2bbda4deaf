"""Upheld makes a website keep its published privacy notice.

The root is lazy: `import upheld` loads neither Django nor the rooms.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from upheld.context import acting_for, purpose
    from upheld.errors import PurposeError

__all__ = ["PurposeError", "acting_for", "purpose"]

_HOMES = {
    "purpose": "upheld.context",
    "acting_for": "upheld.context",
    "PurposeError": "upheld.errors",
}


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module `upheld` has no attribute `{name}`")
