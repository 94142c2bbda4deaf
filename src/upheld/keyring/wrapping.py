"""What every source of key-encryption keys (KEKs) does with them.

A KEK's id is `<number, env or memory>-<fingerprint>`. The fingerprint (12 hexadecimal
digits) is what finds the key, so a key may move from a file to the environment and back.
"""

from __future__ import annotations

import os
from base64 import b64decode
from hashlib import blake2b

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from upheld.errors import ConfigurationError, Tampered, UnknownKey

KEK_SIZE = 32


def fingerprint(key: bytes) -> str:
    """Return 12 hexadecimal digits that name a key and tell nothing else of it."""
    return blake2b(key, digest_size=6, person=b"upheld kek").hexdigest()


class Keks:
    """What every source of KEKs does with them; a source says `_find` and `current`."""

    def current(self) -> str:
        """Return the id of the KEK that wraps new keys."""
        raise NotImplementedError

    def ids(self) -> list[str]:
        """Return the ids of all KEKs that can read, the current one last."""
        raise NotImplementedError

    def add(self) -> str:
        """Make a new KEK, which is the current one from now on. Returns its id."""
        raise NotImplementedError

    def retire(self, kek_id: str) -> bool:
        """Destroy a KEK. False = it is not ours to destroy, its keeper has to."""
        raise NotImplementedError

    def _find(self, mark: str) -> bytes | None:
        raise NotImplementedError

    def wrap(self, key: bytes, context: bytes) -> tuple[str, bytes]:
        kek_id = self.current()
        nonce = os.urandom(12)
        return kek_id, nonce + AESGCM(self._key(kek_id)).encrypt(nonce, key, _bound(context))

    def unwrap(self, kek_id: str, wrapped: bytes, context: bytes) -> bytes:
        cipher = AESGCM(self._key(kek_id))
        try:
            return cipher.decrypt(wrapped[:12], wrapped[12:], _bound(context))
        except InvalidTag:
            raise Tampered(
                f"wrapped key `{context.hex()}` was changed after it was made",
                hint="restore the key tables from a backup",
            ) from None

    def _key(self, kek_id: str) -> bytes:
        found = self._find(kek_id.rpartition("-")[2])
        if found is None:
            raise UnknownKey(
                f"key-encryption key `{kek_id}` is missing",
                hint="restore it to the keys folder; without it no value under it can be read",
            )
        return found


def _bound(context: bytes) -> bytes:
    return b"upheld kek 1 " + context


def decoded(text: str, where: str) -> bytes:
    """Return the key that `text` is the base64 of. Raises `ConfigurationError`, naming
    `where` and never the text."""
    try:
        key = b64decode(text, validate=True)
    except ValueError:
        key = b""
    if len(key) != KEK_SIZE:
        raise ConfigurationError(
            f"{where} is not the base64 text of {KEK_SIZE} bytes",
            hint="restore it; `openssl rand -base64 32` makes a new one where none was used yet",
        )
    return key
