"""The keys that sign the log: one `evidence-<id>.key` file each, in `KEYS_DIR`.

The newest signs, all of them verify: adding a file rotates. They lie beside the
key-encryption keys, outside the database, so whoever can rewrite rows cannot sign.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from urllib.parse import urlsplit

from django.core.signals import setting_changed

from upheld.conf import conf
from upheld.errors import ConfigurationError, EvidenceError
from upheld.evidence.note import Signer, Verifier

_kept: dict[Path | None, list[Signer]] = {}


def signer() -> Signer:
    """Return the key that signs, made at its first use."""
    return _signers()[-1]


def verifiers() -> tuple[Verifier, ...]:
    """Return the public keys of this log, oldest first."""
    return tuple(key.verifier for key in _signers())


def add_key() -> Signer:
    """Make a new signing key; from now on it signs and the older ones only verify."""
    folder = conf().KEYS_DIR
    made = Signer.fresh(_signers()[-1].name)
    if folder is None:
        _kept[None].append(made)
    else:
        _write(folder, made)
        _kept.pop(folder, None)
    return made


def _signers() -> list[Signer]:
    folder = conf().KEYS_DIR
    if folder not in _kept:
        _kept[folder] = [Signer.fresh(_name())] if folder is None else _load(folder)
    return _kept[folder]


def _load(folder: Path) -> list[Signer]:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = _read(folder)
    if not found:
        _write_first(folder)
        found = _read(folder)
    return found


def _read(folder: Path) -> list[Signer]:
    files = sorted(folder.glob("evidence-*.key"), key=lambda f: (f.stat().st_mtime_ns, f.name))
    found: list[Signer] = []
    for file in files:
        try:
            found.append(Signer.parse(file.read_text(encoding="utf-8")))
        except (EvidenceError, UnicodeDecodeError) as error:
            raise ConfigurationError(
                f"`{file}` is no signing key", hint="restore it from your copy of the keys"
            ) from error
    return found


def _write_first(folder: Path) -> None:
    """Make the first key. Of workers that start together one makes it, the rest wait."""
    guard = os.open(folder / "evidence.lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(guard, fcntl.LOCK_EX)
        if not _read(folder):
            _write(folder, Signer.fresh(_name()))
    finally:
        os.close(guard)  # the lock goes with it


def _write(folder: Path, key: Signer) -> None:
    file = folder / f"evidence-{key.verifier.id.hex()}.key"
    part = file.with_suffix(".part")
    handle = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(key.text + "\n")
        out.flush()
        os.fsync(out.fileno())
    part.rename(file)  # a reader sees a whole key or none


def _name() -> str:
    return f"{urlsplit(conf().SITE_URL).netloc}/evidence"


def _forget(*, setting: str, **_: object) -> None:
    if setting == "UPHELD":
        _kept.clear()


setting_changed.connect(_forget)
