"""Key-encryption keys (KEKs): outside the database, one to write, many to read.

A KEK's id is `<number or "env">-<fingerprint>`. The fingerprint (12 hexadecimal digits)
is what finds the key, so a key may move from a file to the environment and back.
"""

from __future__ import annotations

import os
import re
from base64 import b64decode, b64encode
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from secrets import token_hex

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from upheld.conf import conf
from upheld.errors import ConfigurationError, Tampered, UnknownKey

VARIABLE = "UPHELD_KEK"
_SIZE = 32
_FILE = re.compile(r"(\d{4,})-([0-9a-f]{12})\.key")


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


class MemoryKeks(Keks):
    """KEKs that die with the process, and not before: a test that rolls its database back
    brings back rows under a KEK that was retired meanwhile."""

    def __init__(self) -> None:
        self._keys: dict[str, bytes] = {}
        self._retired: set[str] = set()
        self.add()

    def current(self) -> str:
        return self.ids()[-1]

    def ids(self) -> list[str]:
        return [kek_id for kek_id in self._keys if kek_id not in self._retired]

    def add(self) -> str:
        key = os.urandom(_SIZE)
        kek_id = f"memory-{fingerprint(key)}"
        self._keys[kek_id] = key
        return kek_id

    def retire(self, kek_id: str) -> bool:
        self._retired.add(kek_id)
        return True

    def _find(self, mark: str) -> bytes | None:
        return self._keys.get(f"memory-{mark}")


class EnvironmentKeks(Keks):
    """KEKs from the variable `UPHELD_KEK`: base64 of 32 bytes each, comma between them,
    the first one writes. Whoever sets the variable adds and retires."""

    def __init__(self, text: str) -> None:
        keys = [_decoded(part.strip(), f"entry {n} of `{VARIABLE}`")
                for n, part in enumerate(text.split(","), start=1)]  # fmt: skip
        self._keys = {fingerprint(key): key for key in keys}

    def current(self) -> str:
        return f"env-{next(iter(self._keys))}"

    def ids(self) -> list[str]:
        return [f"env-{mark}" for mark in reversed(self._keys)]

    def add(self) -> str:
        raise ConfigurationError(
            f"the key-encryption key comes from `{VARIABLE}`, so it cannot be made here",
            hint=f"put a new key first in `{VARIABLE}`, the old one after a comma, restart, "
            "and run `manage.py upheld rotate-keys --no-new-key`",
        )

    def retire(self, kek_id: str) -> bool:
        return False

    def _find(self, mark: str) -> bytes | None:
        return self._keys.get(mark)


class FolderKeks(Keks):
    """KEKs as files `<number>-<fingerprint>.key`, mode 0600; the highest number writes.

    The folder is listed anew for each wrapping, so a rotation in another process is seen
    at once; keys read stay in memory.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[str, bytes] = {}

    def current(self) -> str:
        ids = self.ids()
        if not ids:
            raise ConfigurationError(
                f"no key-encryption key in `{self._folder}`",
                hint="run `manage.py migrate` to make the first one; if sealed data exist, "
                "restore the folder instead",
            )
        return ids[-1]

    def ids(self) -> list[str]:
        try:
            names = [m for p in self._folder.iterdir() if (m := _FILE.fullmatch(p.name))]
        except FileNotFoundError:
            return []
        return [m[0][:-4] for m in sorted(names, key=lambda m: (int(m[1]), m[2]))]

    def add(self) -> str:
        # The key is whole on the disk before it has a name that counts.
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        ids = self.ids()
        number = int(ids[-1].partition("-")[0]) + 1 if ids else 1
        key = os.urandom(_SIZE)
        kek_id = f"{number:04}-{fingerprint(key)}"
        unnamed = self._folder / f".{token_hex(8)}.new"
        handle = os.open(unnamed, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(b64encode(key) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        unnamed.rename(self._path(kek_id))
        self._settle()
        return kek_id

    def retire(self, kek_id: str) -> bool:
        self._path(kek_id).unlink(missing_ok=True)
        self._settle()
        self._read.pop(kek_id.rpartition("-")[2], None)
        return True

    def _find(self, mark: str) -> bytes | None:
        if mark not in self._read:
            # All are read at once: one that a running rotation retires next may still be
            # wanted by a transaction that looks at the database as it was before.
            for kek_id in self.ids():
                with suppress(FileNotFoundError):  # retired between listing and opening
                    name = kek_id.rpartition("-")[2]
                    self._read[name] = self._load(self._path(kek_id), name)
        return self._read.get(mark)

    def _load(self, path: Path, mark: str) -> bytes:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode & 0o777
            if mode & 0o077:
                raise ConfigurationError(
                    f"key file `{path}` is open to other users (mode {mode:04o})",
                    hint=f"run `chmod 600 {path}`, then rotate: who read it has the key",
                )
            key = _decoded(file.read().decode("ascii", "replace").strip(), f"key file `{path}`")
        if fingerprint(key) != mark:
            raise ConfigurationError(
                f"key file `{path}` holds another key than its name says",
                hint="restore the keys folder",
            )
        return key

    def _path(self, kek_id: str) -> Path:
        return self._folder / f"{kek_id}.key"

    def _settle(self) -> None:
        handle = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _decoded(text: str, where: str) -> bytes:
    try:
        key = b64decode(text, validate=True)
    except ValueError:
        key = b""
    if len(key) != _SIZE:
        raise ConfigurationError(
            f"{where} is not the base64 text of {_SIZE} bytes",
            hint="restore it; `openssl rand -base64 32` makes a new one where none was used yet",
        )
    return key


_made: dict[tuple[str | None, Path | None], Keks] = {}
"""By source: what was wrapped in memory must outlast a change of settings in a test."""


def keks() -> Keks:
    """Return the KEKs in force: `UPHELD_KEK` if set, else `KEYS_DIR`, else memory."""
    source = (os.environ.get(VARIABLE) or None, conf().KEYS_DIR)
    if source not in _made:
        variable, folder = source
        if variable is not None:
            made: Keks = EnvironmentKeks(variable)
        elif folder is not None:
            made = FolderKeks(folder)
        else:
            made = MemoryKeks()
        _made.setdefault(source, made)
    return _made[source]


def ensure() -> str:
    """Make the first KEK where there is none. Returns the id of the current one."""
    found = keks()
    return found.current() if found.ids() else found.add()
