"""The guard's own look-ups: whose row is it, which key is its. Decided for nobody's sake.

They run for the engine's purpose `upkeep`, so that the row rules of the purpose at work do
not hide the answer, and leave no note: they read no content.
"""

from __future__ import annotations

from contextlib import AbstractContextManager

from upheld.context import Actor, Context, entered
from upheld.policy.types import UPKEEP

ENGINE = Actor("system", "system:guard")
_CONTEXT = Context(UPKEEP, ENGINE, place="guard")


def as_engine() -> AbstractContextManager[Context]:
    """Run the block as the guard itself."""
    return entered(_CONTEXT)


def is_engine(context: Context) -> bool:
    """Tell whether the context is the guard's own."""
    return context is _CONTEXT or context.actor is ENGINE
