"""Key-encryption keys as files."""

from __future__ import annotations

import os
import re
from base64 import b64encode
from contextlib import suppress
from pathlib import Path
from secrets import token_hex

from upheld.errors import ConfigurationError
from upheld.keyring.wrapping import KEK_SIZE, Keks, decoded, fingerprint

_FILE = re.compile(r"(\d{4,})-([0-9a-f]{12})\.key")


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
        key = os.urandom(KEK_SIZE)
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
            key = decoded(file.read().decode("ascii", "replace").strip(), f"key file `{path}`")
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
