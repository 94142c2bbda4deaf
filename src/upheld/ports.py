"""Protocols through which the pure core reaches stores that live in Django rooms."""

from __future__ import annotations

from typing import Protocol


class SubjectKeys(Protocol):
    """Finds and makes the data keys of subjects."""

    def for_writing(self, subject: str | None) -> tuple[bytes, bytes]:
        """Return (16-byte key id, 32-byte key) for new values of `subject`.

        A subject without a live key gets one. None makes a key that belongs to nobody
        yet; `adopt` gives it an owner.
        """

    def for_reading(self, key_id: bytes) -> bytes:
        """Return the 32-byte key. Raises `KeyDestroyed` or `SealingError` (unknown)."""

    def adopt(self, key_id: bytes, subject: str) -> None:
        """Give an unowned key to `subject`; a key with another owner is an error."""


class Wrapping(Protocol):
    """A key-encryption key: file, environment, or a key service."""

    def wrap(self, key: bytes) -> tuple[str, bytes]:
        """Return (id of the key-encryption key in use, wrapped key)."""

    def unwrap(self, kek_id: str, wrapped: bytes) -> bytes:
        """Return the key, or raise `SealingError`."""
