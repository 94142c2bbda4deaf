"""Seals values under their subject's key and opens them again."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from upheld.errors import ForeignColumn, ForeignRow, KeyDestroyed, UnknownKey
from upheld.ports import SubjectKeys
from upheld.sealing.blind import BlindIndex, encoded
from upheld.sealing.envelope import (
    NO_BLIND,
    NO_ROW,
    associated_data,
    column_id,
    key_id_of,
    pack,
    row_tag,
    tampered,
    unpack,
)

_CIPHERS_KEPT = 4096


class Sealer:
    """One per process and key store; threads may share it.

    `random` gives nonces (12 bytes a call); only test vectors fix it.
    """

    def __init__(
        self,
        keys: SubjectKeys,
        index_key: bytes,
        *,
        random: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self.keys = keys
        self._index = BlindIndex(index_key)
        self._random = random
        self._ciphers: dict[bytes, tuple[bytes, AESGCM]] = {}
        self.blind = self._index.blind
        self.tokens = self._index.tokens

    def seal(
        self,
        value: str,
        *,
        column: str,
        subject: str | None,
        row: str = "",
        scope: str | None = None,
    ) -> str:
        """Return the token for `value`; the empty text stays as it is.

        `column` is the column's label, `row` is `table:pk` where it is known already,
        `scope` the blind scope (None = the value cannot be looked up). Each call gives
        another token. Raises `Unsealable`.
        """
        if not value:
            return value
        plain = encoded(value)
        blind = NO_BLIND if scope is None else self.blind(scope, value)
        key_id, key = self.keys.for_writing(subject)
        associated = associated_data(
            blind, column_id(column), row_tag(row) if row else NO_ROW, key_id
        )
        nonce = self._random(12)
        return pack(associated, nonce, self._cipher(key_id, key).encrypt(nonce, plain, associated))

    def open(self, token: str, *, column: str | None = None, row: str | None = None) -> str:
        """Return the value; the empty text stays as it is.

        `column` and `row`, when given, must be those the value was sealed for; a value
        sealed before its row was known opens in any row. Raises `NotSealed`,
        `UnknownVersion`, `Truncated`, `Tampered`, `ForeignColumn`, `ForeignRow`,
        `UnknownKey`, `KeyDestroyed`.
        """
        if not token:
            return token
        associated, column_tag, tag, key_id, nonce, ciphertext = unpack(token)
        if column is not None and column_tag != column_id(column):
            self._authentic(associated, key_id, nonce, ciphertext)
            raise ForeignColumn(
                f"sealed value in `{column}` was made for another column",
                hint="restore the value from a backup",
                column=column,
            )
        if row and tag != NO_ROW and tag != row_tag(row):
            self._authentic(associated, key_id, nonce, ciphertext)
            raise ForeignRow(
                f"sealed value in row `{row}` was made for another row",
                hint="restore the value from a backup",
                row=row,
            )
        return self._authentic(associated, key_id, nonce, ciphertext).decode()

    def prefetch(self, tokens: Iterable[str]) -> None:
        """Fetch the keys of many tokens at once, ahead of opening them one by one.

        What is no token is passed over: `open` will say so.
        """
        found = {key_id_of(token) for token in tokens}
        found.discard(None)
        if found:
            self.keys.prefetch([key_id for key_id in found if key_id is not None])

    def _authentic(self, associated: bytes, key_id: bytes, nonce: bytes, body: bytes) -> bytes:
        # The key store is asked every time: it is what knows of a destroyed key. Only the
        # cipher made from the key is kept here, and only beside that very key.
        try:
            key = self.keys.for_reading(key_id)
        except (KeyDestroyed, UnknownKey):
            self._ciphers.pop(key_id, None)
            raise
        try:
            return self._cipher(key_id, key).decrypt(nonce, body, associated)
        except InvalidTag:
            raise tampered() from None

    def _cipher(self, key_id: bytes, key: bytes) -> AESGCM:
        known = self._ciphers.get(key_id)
        if known is not None and known[0] == key:
            return known[1]
        if len(self._ciphers) >= _CIPHERS_KEPT:
            self._ciphers.clear()  # cheap to make again, and nothing old lingers
        cipher = AESGCM(key)
        self._ciphers[key_id] = (key, cipher)
        return cipher

    def forget(self, key_ids: Iterable[bytes] | None = None) -> None:
        """Drop the ciphers of these keys from memory, or of all keys."""
        if key_ids is None:
            self._ciphers.clear()
            return
        for key_id in key_ids:
            self._ciphers.pop(key_id, None)
