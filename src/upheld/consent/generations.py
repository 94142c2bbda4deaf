"""Which remembered answers are still good, told between the workers of one machine.

A small file in `STATE_DIR`, mapped into the memory of every worker, holds a number for each of
a few thousand slots; a person's slot follows from their reference. Whoever changes an answer
raises the number, and what other workers remember under the old one is worth nothing at their
next look. One look costs a comparison of two integers.

No lock is needed, and a worker killed at any step leaves nothing wrong behind:

- Before the change is committed its slot is marked as unsettled for some seconds, and only
  then the number is raised. Nobody keeps what they read while a slot is unsettled, so the
  moment between the commit and whatever follows it cannot leave an old answer behind.
- A reader takes the number before it reads the row. If the row changes meanwhile, the number
  that is kept with the answer is the old one, and the answer is not used again.
- After the commit the number is raised once more, for transactions longer than the mark.

The file is worth nothing after a restart and may be deleted while the site is stopped.
"""

from __future__ import annotations

import mmap
import os
import time
import zlib
from pathlib import Path

from django.core.signals import setting_changed

from upheld.conf import conf

FILE = "consent-generations"
SLOTS = 4096
UNSETTLED = 10.0
"""Seconds for which a slot is read from the database after an answer was given."""
_WORD = 8


class Generations:
    """The mapped file of one folder. Shared by threads, and by processes forked from this one."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(
            folder / FILE, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600
        )
        try:
            size = 2 * SLOTS * _WORD
            if os.fstat(handle).st_size != size:
                os.ftruncate(handle, size)  # zeros, whoever comes first
            self._map = mmap.mmap(handle, size)
        finally:
            os.close(handle)
        self._words = memoryview(self._map).cast("Q")

    def current(self, slot: int) -> int:
        """Return the slot's number."""
        return int(self._words[slot])

    def settled(self, slot: int) -> bool:
        """False for some seconds after an answer was given: then nothing is to be kept."""
        until = self._words[SLOTS + slot]
        return not until or until < time.time_ns()

    def announce(self, slot: int) -> None:
        """Say that an answer in `slot` changes, before it is committed."""
        self._words[SLOTS + slot] = time.time_ns() + int(UNSETTLED * 1e9)
        self.raise_number(slot)

    def raise_number(self, slot: int) -> None:
        """Make worthless what anybody remembers of `slot`.

        Two workers at once may raise it by one together; it differs from before all the same.
        """
        self._words[slot] = (self._words[slot] + 1) % 2**63


def slot_of(subject: str) -> int:
    """Return the slot of a person, the same in every process."""
    return zlib.crc32(subject.encode()) % SLOTS


def generations() -> Generations | None:
    """Return the mapped file, None where the settings name no `STATE_DIR`."""
    global _opened, _known
    if not _known:
        folder = conf().STATE_DIR
        _opened = None if folder is None else Generations(folder)
        _known = True
    return _opened


_opened: Generations | None = None
_known = False


def _forget(*, setting: str, **_: object) -> None:
    global _opened, _known
    if setting == "UPHELD":
        _opened, _known = None, False


setting_changed.connect(_forget)
