"""What one connection knows of the statement on its way: who compiles, and whether the
cursor may trust what arrives.

Trust is a count held for the length of one execution, never a mark on the text: text can
be copied.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from upheld.guard.generations import Generations

if TYPE_CHECKING:
    from upheld.guard.compiling import Guarded
    from upheld.guard.plans import Plan


class Gate:
    """One per `DatabaseWrapper`, used by one thread at a time like the connection itself."""

    __slots__ = ("compiling", "engine", "plans", "trusted", "vendor")

    def __init__(self, vendor: str) -> None:
        self.vendor = vendor
        self.compiling: Guarded | None = None
        self.trusted = 0
        self.engine = 0
        """Above 0: the statements are the engine's own; see `trusting`."""
        self.plans: Generations[Plan] = Generations()
        """Statements compiled on this connection; see `upheld.guard.plans`."""

    @contextmanager
    def trusting(self) -> Iterator[None]:
        """Let statements pass unread in the block: they were decided elsewhere.

        They are the engine's, so the second line sends them as `upkeep`.
        """
        self.trusted += 1
        self.engine += 1
        try:
            yield
        finally:
            self.trusted -= 1
            self.engine -= 1
