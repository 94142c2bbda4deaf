"""The errors of the key store, worded once."""

from __future__ import annotations

from upheld.errors import KeyDestroyed, KeyOwned, SealingError, UnknownKey

KEY_REFERENCE = "key:"
"""In place of a subject: this very key, `key:<id in hexadecimal>`."""


def key_id_in(reference: str) -> bytes:
    """Return the key id of a `key:` reference. Raises `SealingError`."""
    try:
        key_id = bytes.fromhex(reference.removeprefix(KEY_REFERENCE))
    except ValueError:
        key_id = b""
    if len(key_id) != 16:
        raise SealingError(f"`{reference}` is no key reference", hint="write `key:<32 hex digits>`")
    return key_id


def unknown(key_id: bytes) -> UnknownKey:
    return UnknownKey(
        f"data key `{key_id.hex()}` does not exist",
        hint="restore the key tables from the backup the value came from",
    )


def destroyed(key_id: bytes) -> KeyDestroyed:
    return KeyDestroyed(
        f"data key `{key_id.hex()}` was destroyed when its subject was erased",
        hint="nobody can read the value any more",
    )


def owned(key_id: bytes, subject: str) -> KeyOwned:
    return KeyOwned(
        f"data key `{key_id.hex()}` belongs to another subject than `{subject}`",
        hint="open the value and write it again for its new subject",
    )
