"""Bytes as text: standard base64 with padding, one spelling for each value."""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode

from upheld.errors import EvidenceError
from upheld.evidence.hashing import HASH_SIZE


def encode_hash(value: bytes) -> str:
    return b64encode(value).decode()


def decode_hash(text: str) -> bytes:
    """Raises `EvidenceError` unless `text` is the one encoding of a 32-byte hash."""
    value = decode_bytes(text, "a hash")
    if len(value) != HASH_SIZE:
        raise EvidenceError(f"a hash has {len(value)} bytes instead of {HASH_SIZE}")
    return value


def decode_bytes(text: str, what: str) -> bytes:
    """Raises `EvidenceError` unless `text` is base64, canonical to its last bit.

    The message names `what` and never quotes the text, which may be a secret.
    """
    try:
        value = b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise EvidenceError(f"{what} is not base64") from error
    if b64encode(value).decode() != text:
        raise EvidenceError(f"{what} is not base64 in its canonical form")
    return value
