"""The sealed value as text: what is where in it, and nothing about keys or ciphers.

    u1:<blind, 20 characters>:<base64url of header, nonce, ciphertext, tag>

    header (33 bytes)   version 1 | column id 8 | row tag 8 | key id 16

The first 24 characters and the header are the cipher's associated data, so no part of a
token can be changed or moved unseen. docs/sealing-format.md pins the format.
"""

from __future__ import annotations

from binascii import Error as NotBase64
from binascii import a2b_base64, b2a_base64
from functools import lru_cache
from hashlib import blake2b

from upheld.errors import NotSealed, Tampered, Truncated, UnknownVersion

VERSION = 1
MARK = "u1:"
BLIND_LENGTH = 20
NO_BLIND = "-" * BLIND_LENGTH
"""Stands where a blind index would, in values that cannot be looked up."""

PREFIX_LENGTH = len(MARK) + BLIND_LENGTH
"""Characters that a lookup compares: `substr(column, 1, 23) = 'u1:<blind>'`."""

KEY_ID_SIZE = 16
NO_ROW = bytes(8)
_BODY_AT = PREFIX_LENGTH + 1
_HEADER_SIZE = 33
_NONCE_END = _HEADER_SIZE + 12
_SMALLEST_BODY = _NONCE_END + 16
_SHORTEST = _BODY_AT + (_SMALLEST_BODY * 8 + 5) // 6
_KEY_ID_CHARACTERS = slice(_BODY_AT + 20, _BODY_AT + 44)  # bytes 15 to 33 of the body
KEY_MARK = slice(_BODY_AT + 24, _BODY_AT + 44)
"""Where a token's text names its key (all bytes but the first): equal texts there mean the
same key, whatever row a token names."""

COLUMN_MARK = slice(PREFIX_LENGTH, _BODY_AT + 12)
"""Where a token's text names its version and column; see `column_mark`."""

_ROW_MARK_LENGTH = 10
ROW_MARK = slice(_BODY_AT + 12, _BODY_AT + 12 + _ROW_MARK_LENGTH)
"""Where a token's text names its row; see `row_mark`."""

NO_ROW_MARK = "A" * _ROW_MARK_LENGTH

TO_URLSAFE = bytes.maketrans(b"+/", b"-_")
_FROM_URLSAFE = bytes.maketrans(b"-_+/=", b"+/\0\0\0")
_PADDING = {0: b"", 2: b"==", 3: b"="}
_LAST_CHARACTERS = {0: None, 2: frozenset(b"AQgw"), 3: frozenset(b"AEIMQUYcgkosw048")}
"""Last characters without stray bits, by length of the text modulo 4: one text a value."""


Envelope = tuple[bytes, bytes, bytes, bytes, bytes, bytes]
"""Associated data, column id, row tag, key id, nonce, ciphertext. Nothing verified yet. A
bare tuple: this is made for every value read, and a named one takes three times as long."""


def is_sealed(text: str) -> bool:
    """Tell whether `text` has the shape of a token. Shape only: opening it is the proof."""
    return (
        text.startswith(MARK)
        and len(text) >= _SHORTEST
        and text[PREFIX_LENGTH] == ":"
        and text.isascii()
    )


@lru_cache(maxsize=4096)
def column_id(label: str) -> bytes:
    """Return the 8 bytes that stand for a column label such as `order.Order.guest_email`."""
    return blake2b(label.encode(), digest_size=8, person=b"upheld column").digest()


def row_tag(row: str) -> bytes:
    """Return the 8 bytes that stand for a row (`table:pk`), `NO_ROW` for the empty text."""
    if not row:
        return NO_ROW
    return blake2b(row.encode(), digest_size=8, person=b"upheld row").digest()


def associated_data(blind: str, column: bytes, row: bytes, key_id: bytes) -> bytes:
    """Return what the cipher authenticates beside the value: prefix and header."""
    return b"u1:%b:\x01%b%b%b" % (blind.encode("ascii"), column, row, key_id)


def pack(associated: bytes, nonce: bytes, ciphertext: bytes) -> str:
    """Return the token of these parts."""
    body = b2a_base64(associated[_BODY_AT:] + nonce + ciphertext, newline=False)
    text = associated[:_BODY_AT] + body.translate(TO_URLSAFE).rstrip(b"=")
    return text.decode("ascii")


def unpack(token: str) -> Envelope:
    """Take a token apart.

    Raises `NotSealed`, `UnknownVersion`, `Truncated`, or `Tampered` when the text is not
    the one text that `pack` makes of its bytes.
    """
    if not token.startswith(MARK):
        raise _misshapen(token)
    try:
        text = token.encode("ascii")
    except UnicodeEncodeError:
        raise tampered() from None
    body = text[_BODY_AT:]
    remainder = len(body) & 3
    if len(text) < _SHORTEST or remainder == 1:
        raise Truncated("sealed value is cut short", hint=_RESTORE)
    allowed = _LAST_CHARACTERS[remainder]
    if text[PREFIX_LENGTH] != 58 or (allowed is not None and body[-1] not in allowed):
        raise tampered()
    try:
        raw = a2b_base64(body.translate(_FROM_URLSAFE) + _PADDING[remainder], strict_mode=True)
    except NotBase64:
        raise tampered() from None
    if raw[0] != VERSION:
        raise tampered()  # the mark says version 1, and it is authenticated too
    return (
        text[:_BODY_AT] + raw[:_HEADER_SIZE],
        raw[1:9],
        raw[9:17],
        raw[17:_HEADER_SIZE],
        raw[_HEADER_SIZE:_NONCE_END],
        raw[_NONCE_END:],
    )


def key_id_of(token: str) -> bytes | None:
    """Return the 16-byte key id a token names, None when `token` has no token's shape."""
    if not is_sealed(token):
        return None
    try:
        part = token[_KEY_ID_CHARACTERS].encode("ascii").translate(_FROM_URLSAFE)
        return a2b_base64(part, strict_mode=True)[2:]
    except NotBase64:
        return None


def column_mark(label: str) -> str:
    """Return what a token sealed for the column `label` has at `COLUMN_MARK`: the colon, then
    version and column id. Not verified before the token is opened."""
    text = b2a_base64(bytes([VERSION]) + column_id(label), newline=False).translate(TO_URLSAFE)
    return ":" + text.decode("ascii")


def row_mark(row: str) -> str:
    """Return what a token sealed for `row` (`table:pk`) has at `ROW_MARK`.

    60 bits of the row's tag as they stand in the text. `NO_ROW_MARK` stands in a token
    that names no row. Neither is verified before the token is opened.
    """
    text = b2a_base64(row_tag(row), newline=False).translate(TO_URLSAFE)
    return text[:_ROW_MARK_LENGTH].decode("ascii")


def without_blind(token: str) -> str:
    """Return the token with its blind index taken out, for use when its key is destroyed.

    With a living key the result does not open any more: the index is authenticated.
    """
    return MARK + NO_BLIND + token[PREFIX_LENGTH:] if is_sealed(token) else token


_RESTORE = "restore the value from a backup"


def tampered() -> Tampered:
    """The error for anything that was altered; it says no more than that."""
    return Tampered("sealed value was changed after it was made", hint=_RESTORE)


def _misshapen(token: str) -> NotSealed | UnknownVersion:
    mark, colon, _ = token.partition(":")
    if colon and mark[:1] == "u" and mark[1:].isdecimal():
        return UnknownVersion(
            f"sealed value has unknown version `{mark}`", hint="upgrade upheld to read it"
        )
    return NotSealed(
        "stored text is not a sealed value",
        hint="it was written past the guard; write it again through its model",
    )
