"""Blind indexes and word tokens: keyed digests that answer look-ups without the value.

Each scope has keys of its own, derived from one index key. Digests are 120 bits, so a
false match among a billion values is less likely than 1 in 10^18. What they tell a reader
of the database without the key: which rows hold equal values, and how often each occurs.
"""

from __future__ import annotations

from binascii import b2a_base64
from hashlib import blake2b
from typing import Any

from upheld.errors import Unsealable
from upheld.sealing.envelope import TO_URLSAFE
from upheld.sealing.normal import kind_of, normal_form, words_of

INDEX_KEY_SIZE = 32


class BlindIndex:
    """Digests under one index key (32 bytes)."""

    def __init__(self, index_key: bytes) -> None:
        if len(index_key) != INDEX_KEY_SIZE:
            raise ValueError(f"index key must have {INDEX_KEY_SIZE} bytes, not {len(index_key)}")
        self._index_key = index_key
        # One hash state a scope and use, copied for each value. Scopes are few: they come
        # from the policy, not from people.
        self._states: dict[tuple[str, bytes], Any] = {}

    def blind(self, scope: str, value: str) -> str:
        """Return the 20 characters that stand for the normal form of `value`."""
        return self._digest(scope, b"upheld blind", normal_form(kind_of(scope), value))

    def tokens(self, scope: str, value: str) -> frozenset[str]:
        """Return one 20-character token for each different word of `value`."""
        return frozenset(self._digest(scope, b"upheld word", word) for word in words_of(value))

    def _digest(self, scope: str, use: bytes, text: str) -> str:
        state = self._states.get((scope, use))
        if state is None:
            key = blake2b(scope.encode(), key=self._index_key, digest_size=32, person=use)
            state = blake2b(key=key.digest(), digest_size=15, person=use)
            self._states[scope, use] = state
        digest = state.copy()
        digest.update(encoded(text))
        return b2a_base64(digest.digest(), newline=False).translate(TO_URLSAFE).decode("ascii")


def encoded(value: str) -> bytes:
    """Return the UTF-8 of a value. Raises `Unsealable` for a lone surrogate, which no
    database column could hold either."""
    try:
        return value.encode()
    except UnicodeEncodeError as error:
        raise Unsealable(
            f"value has a lone surrogate at position {error.start}",
            hint="text from outside must be decoded strictly before it is kept",
        ) from None
