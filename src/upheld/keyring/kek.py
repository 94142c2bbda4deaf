"""Where key-encryption keys (KEKs) come from: outside the database, one to write, many to
read."""

from __future__ import annotations

import os
from pathlib import Path

from upheld.conf import conf
from upheld.errors import ConfigurationError
from upheld.keyring.folder import FolderKeks
from upheld.keyring.wrapping import KEK_SIZE, Keks, decoded, fingerprint

VARIABLE = "UPHELD_KEK"


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
        key = os.urandom(KEK_SIZE)
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
        keys = [decoded(part.strip(), f"entry {n} of `{VARIABLE}`")
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
