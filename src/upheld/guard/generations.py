"""A bounded memory in two generations: what was used within the last one stays."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

Kept = TypeVar("Kept")


class Generations(Generic[Kept]):
    """At most twice `most` entries. Not for two threads at once."""

    __slots__ = ("_most", "_new", "_old")

    def __init__(self, most: int = 256) -> None:
        self._most = most
        self._new: dict[Hashable, Kept] = {}
        self._old: dict[Hashable, Kept] = {}

    def get(self, key: Hashable) -> Kept | None:
        """Return what is kept under `key`, None for nothing."""
        found = self._new.get(key)
        if found is None:
            found = self._old.get(key)
            if found is not None:
                self.keep(key, found)
        return found

    def keep(self, key: Hashable, value: Kept) -> None:
        """Keep `value`, and let go what was not used for a whole generation."""
        if len(self._new) >= self._most:
            self._old, self._new = self._new, {}
        self._new[key] = value

    def clear(self) -> None:
        """Forget all."""
        self._new, self._old = {}, {}

    def __len__(self) -> int:
        return len(self._new.keys() | self._old.keys())
