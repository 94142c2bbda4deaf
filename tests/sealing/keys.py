"""A key store in memory, with fixed keys where a test needs them."""

from __future__ import annotations

import os
from collections.abc import Iterable

from upheld.errors import KeyDestroyed, UnknownKey


class MemoryKeys:
    """Implements `upheld.ports.SubjectKeys`. `fixed` is used for every subject."""

    def __init__(self, fixed: tuple[bytes, bytes] | None = None) -> None:
        self.fixed = fixed
        self.keys: dict[bytes, bytes | None] = dict([fixed]) if fixed else {}
        self.of_subject: dict[str | None, bytes] = {}
        self.prefetched: list[bytes] = []

    def for_writing(self, subject: str | None) -> tuple[bytes, bytes]:
        if self.fixed:
            return self.fixed
        if subject is None or subject not in self.of_subject:
            self.of_subject[subject] = os.urandom(16)
            self.keys[self.of_subject[subject]] = os.urandom(32)
        key_id = self.of_subject[subject]
        return key_id, self.for_reading(key_id)

    def for_reading(self, key_id: bytes) -> bytes:
        if key_id not in self.keys:
            raise UnknownKey("no such key")
        key = self.keys[key_id]
        if key is None:
            raise KeyDestroyed("destroyed")
        return key

    def prefetch(self, key_ids: Iterable[bytes]) -> None:
        self.prefetched += sorted(key_ids)

    def adopt(self, key_id: bytes, subject: str) -> None:
        self.of_subject[subject] = key_id
