"""Keys kept in the memory of one process, for a few seconds each. Threads share it."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from threading import Lock
from time import monotonic

WRITE_SECONDS = 1.0
"""How long a subject's key is sealed under before the database is asked again."""


class KeyMemory:
    """Committed keys only. At most `kept` keys; the longest known go first."""

    def __init__(self, kept: int = 20_000) -> None:
        self._kept = kept
        self._keys: dict[bytes, tuple[bytes, float]] = {}
        self._writing: dict[str, tuple[bytes, float]] = {}
        self._written_for: dict[bytes, str] = {}
        self._lock = Lock()

    def get(self, key_id: bytes) -> bytes | None:
        """Return the key unless it is due to be asked for again."""
        known = self._keys.get(key_id)
        return known[0] if known is not None and known[1] > monotonic() else None

    def get_stale(self, key_id: bytes) -> bytes | None:
        """Return the key however old: to spare unwrapping it once it is known to exist."""
        known = self._keys.get(key_id)
        return None if known is None else known[0]

    def keep(self, key_id: bytes, key: bytes, seconds: float) -> None:
        with self._lock:
            if len(self._keys) >= self._kept:
                for old in list(islice(self._keys, self._kept // 4)):
                    del self._keys[old]
            self._keys.pop(key_id, None)
            self._keys[key_id] = (key, monotonic() + seconds)

    def writing(self, subject: str) -> tuple[bytes, bytes] | None:
        """Return (key id, key) that new values of the subject are sealed under."""
        writing = self._writing.get(subject)
        if writing is None or writing[1] <= monotonic():
            return None
        key = self.get_stale(writing[0])
        return None if key is None else (writing[0], key)

    def write_with(self, subject: str, key_id: bytes) -> None:
        with self._lock:
            if len(self._writing) >= self._kept:
                self._writing.clear()
                self._written_for.clear()
            self._written_for[key_id] = subject
            self._writing[subject] = (key_id, monotonic() + WRITE_SECONDS)

    def forget(self, key_ids: Iterable[bytes]) -> None:
        with self._lock:
            for key_id in key_ids:
                self._keys.pop(key_id, None)
                subject = self._written_for.pop(key_id, None)
                if subject is not None:
                    self._writing.pop(subject, None)

    def clear(self) -> None:
        with self._lock:
            self._keys.clear()
            self._writing.clear()
            self._written_for.clear()
