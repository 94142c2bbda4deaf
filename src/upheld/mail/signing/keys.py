"""The keys that sign mail: `dkim-<selector>.pem` in `KEYS_DIR`, ed25519 or RSA.

All sign; making a new one and deleting an old one rotates. A selector names its year and kind.
"""

from __future__ import annotations

import os
from base64 import b64encode
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from django.core.signals import setting_changed

from upheld.conf import conf
from upheld.errors import ConfigurationError

Algorithm = Literal["ed25519", "rsa"]
RSA_BITS = 2048
"""More does not fit into one string of a DNS record, and some servers refuse it."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key; `selector` is the name under which the DNS publishes its public half."""

    selector: str
    secret: ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey

    @property
    def algorithm(self) -> Algorithm:
        """Return `ed25519` or `rsa`."""
        return "ed25519" if isinstance(self.secret, ed25519.Ed25519PrivateKey) else "rsa"

    def sign(self, data: bytes) -> bytes:
        """Return the signature as DKIM wants it; Ed25519 signs the digest (RFC 8463)."""
        if isinstance(self.secret, ed25519.Ed25519PrivateKey):
            digest = hashes.Hash(hashes.SHA256())
            digest.update(data)
            return self.secret.sign(digest.finalize())
        return self.secret.sign(data, padding.PKCS1v15(), hashes.SHA256())

    def record(self) -> str:
        """Return the text of the DNS record."""
        public = self.secret.public_key()
        if isinstance(public, ed25519.Ed25519PublicKey):
            raw = public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        else:
            raw = public.public_bytes(
                serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
            )
        return f"v=DKIM1; k={self.algorithm}; p={b64encode(raw).decode()}"


def keys() -> tuple[Key, ...]:
    """Return the keys of the site, by name of file; none = mail is not signed.

    Raises `ConfigurationError` for a file that is no key.
    """
    folder = conf().KEYS_DIR
    if folder is None:
        return ()
    stamp = folder.stat().st_mtime_ns if folder.is_dir() else 0
    kept = _kept.get(folder)
    if kept is None or kept[0] != stamp:
        kept = _kept[folder] = (stamp, _read(folder))
    return kept[1]


def make(algorithm: Algorithm, *, today: date | None = None) -> Key:
    """Make a key and keep it. Raises `ConfigurationError` without a folder of keys."""
    folder = conf().KEYS_DIR
    if folder is None:
        raise ConfigurationError(
            "there is no folder to keep a key in", hint='set `UPHELD["KEYS_DIR"]`'
        )
    secret: ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey
    if algorithm == "ed25519":
        secret = ed25519.Ed25519PrivateKey.generate()
    else:
        secret = rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    stem = f"{(today or date.today()):%Y%m}{algorithm[0]}"
    taken = {file.stem.removeprefix("dkim-") for file in folder.glob("dkim-*.pem")}
    number = next(n for n in range(1, 1000) if f"{stem}{n}" not in taken)
    key = Key(f"{stem}{number}", secret)
    pem = secret.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file = folder / f"dkim-{key.selector}.pem"
    handle = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(pem)
    _kept.pop(folder, None)
    return key


_kept: dict[Path, tuple[int, tuple[Key, ...]]] = {}


def _read(folder: Path) -> tuple[Key, ...]:
    found: list[Key] = []
    for file in sorted(folder.glob("dkim-*.pem")) if folder.is_dir() else ():
        try:
            secret = serialization.load_pem_private_key(file.read_bytes(), None)
        except (ValueError, TypeError) as error:
            raise _no_key(file) from error
        if not isinstance(secret, (ed25519.Ed25519PrivateKey, rsa.RSAPrivateKey)):
            raise _no_key(file)
        found.append(Key(file.stem.removeprefix("dkim-"), secret))
    return tuple(found)


def _no_key(file: Path) -> ConfigurationError:
    return ConfigurationError(
        f"`{file}` is no key for mail",
        hint="make one with `manage.py upheld dkim --make`, or restore it from your copy",
    )


def _forget(*, setting: str, **_: object) -> None:
    if setting == "UPHELD":
        _kept.clear()


setting_changed.connect(_forget)
