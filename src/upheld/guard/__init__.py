"""The guard: every statement of the ORM and of the cursors is decided before it runs.

Lazy, since database backends are loaded while the apps still are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from upheld.guard.escape import raw

__all__ = ["raw"]


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name in __all__:
        return getattr(import_module("upheld.guard.escape"), name)
    raise AttributeError(f"module `upheld.guard` has no attribute `{name}`")
