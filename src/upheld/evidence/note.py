"""Signed notes (C2SP signed-note) with Ed25519: text, blank line, signature lines.

A key has a name, by custom the log's address without a scheme. The four-byte key id
binds name and key, so a signature cannot be passed off as another log's.
"""

from __future__ import annotations

import secrets
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from upheld.errors import EvidenceError
from upheld.evidence.encoding import decode_bytes

_ED25519 = b"\x01"
_DASH = "\N{EM DASH} "
_PRIVATE = "PRIVATE+KEY+"
MAX_SIGNATURES = 64


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key with its name. `public` are the 32 bytes of RFC 8032."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        return _key_id(self.name, self.public)

    @property
    def text(self) -> str:
        """The key as one word, `name+id+key`, to publish and to verify with."""
        return f"{self.name}+{self.id.hex()}+{b64encode(_ED25519 + self.public).decode()}"

    @classmethod
    def parse(cls, text: str) -> Verifier:
        """Read `name+id+key`. Raises `EvidenceError`."""
        name, _, rest = text.strip().partition("+")
        key_id, _, key = rest.partition("+")
        made = cls(name, _material(key, "a verifier key"))
        _named(name)
        if made.id.hex() != key_id:
            raise EvidenceError(f"verifier key of `{name}` does not fit its id `{key_id}`")
        return made

    def check(self, text: str, signature: bytes) -> None:
        """Raise `EvidenceError` unless the signature is this key's over `text`."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except InvalidSignature as error:
            raise EvidenceError(f"the signature of `{self.name}` does not hold") from error


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key with its name. `seed` are the 32 bytes of RFC 8032."""

    name: str
    seed: bytes = field(repr=False)

    @classmethod
    def fresh(cls, name: str) -> Signer:
        """Make a new key."""
        return cls(_named(name), secrets.token_bytes(32))

    @property
    def verifier(self) -> Verifier:
        key = Ed25519PrivateKey.from_private_bytes(self.seed)
        return Verifier(self.name, key.public_key().public_bytes_raw())

    @property
    def text(self) -> str:
        """The key as one word for its file. Secret."""
        key = b64encode(_ED25519 + self.seed).decode()
        return f"{_PRIVATE}{self.name}+{self.verifier.id.hex()}+{key}"

    @classmethod
    def parse(cls, text: str) -> Signer:
        """Read what `text` wrote. Raises `EvidenceError`, which never quotes the key."""
        head, found, rest = text.strip().partition(_PRIVATE)
        name, _, rest = rest.partition("+")
        key_id, _, key = rest.partition("+")
        if head or not found:
            raise EvidenceError("a signing key must start with `PRIVATE+KEY+`")
        made = cls(_named(name), _material(key, "a signing key"))
        if made.verifier.id.hex() != key_id:
            raise EvidenceError(f"signing key of `{name}` does not fit its id `{key_id}`")
        return made

    def sign(self, text: str) -> str:
        """Return `text` as a signed note. The text must end with a line feed."""
        _check_text(text)
        signature = Ed25519PrivateKey.from_private_bytes(self.seed).sign(text.encode())
        line = b64encode(self.verifier.id + signature).decode()
        return f"{text}\n{_DASH}{self.name} {line}\n"


def open_note(note: str, verifiers: Iterable[Verifier]) -> tuple[str, tuple[str, ...]]:
    """Return the text and the names of the keys given that signed it.

    Signatures by other keys are ignored, as the format asks. Raises `EvidenceError` when
    none of the keys signed, or one of them did and the signature does not hold.
    """
    known = {(key.name, key.id): key for key in verifiers}
    text, gap, tail = note.rpartition("\n\n")
    if not gap or not tail.endswith("\n"):
        raise EvidenceError("a signed note needs text, a blank line and signatures")
    text += "\n"
    _check_text(text)
    lines = tail[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise EvidenceError(f"a signed note has more than {MAX_SIGNATURES} signatures")
    names: list[str] = []
    for line in lines:
        name, key_id, signature = _signature(line)
        key = known.get((name, key_id))
        if key is not None:
            key.check(text, signature)
            names.append(name)
    if not names:
        raise EvidenceError(
            "none of the keys given signed this note",
            hint="signed by: " + ", ".join(f"`{_signature(line)[0]}`" for line in lines),
        )
    return text, tuple(names)


def _signature(line: str) -> tuple[str, bytes, bytes]:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    data = decode_bytes(encoded, "a signature")
    if not line.startswith(_DASH) or not name or len(data) < 5:
        raise EvidenceError("a signature line must be a dash, a key name and a signature")
    return name, data[:4], data[4:]


def _check_text(text: str) -> None:
    if not text.endswith("\n") or any(c < " " and c != "\n" for c in text):
        raise EvidenceError("a note must end with a line feed and hold no control characters")


def _key_id(name: str, public: bytes) -> bytes:
    return sha256(name.encode() + b"\n" + _ED25519 + public).digest()[:4]


def _named(name: str) -> str:
    if not name or "+" in name or any(c.isspace() for c in name):
        raise EvidenceError(f"key name `{name}` is empty or has a space or a plus sign")
    return name


def _material(encoded: str, what: str) -> bytes:
    data = decode_bytes(encoded, what)
    if len(data) != 33 or data[:1] != _ED25519:
        raise EvidenceError(f"{what} is no Ed25519 key")
    return data[1:]
