"""What must be done again after a backup is restored, kept outside the database.

A database that is restored has forgotten whom it erased since the backup. So each erasure and
withdrawal is noted here too: in a file beside the key-encryption keys, to which lines are
only ever added. A line holds keyed digests of subjects, ids of destroyed keys and dates;
without the database and its index key it leads to nobody.

An erasure is noted before its transaction commits (`erased`) and once more after it
(`settled`). Killed in between, it has no second line, and the receipt in the database says
which of the two it is; see `unsettled`. A line that was cut short is passed over: its
transaction never committed.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from django.db import DEFAULT_DB_ALIAS

from upheld.conf import conf

FILE = "replay.jsonl"
_SCOPE = "-:replay.subject"

Kind = Literal["erased", "settled", "void", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Tombstone:
    """One line. `id` is the erasure's receipt or the withdrawal's event; `at` is ISO, UTC.

    `subjects` are keyed digests, `keys` ids of destroyed keys in hexadecimal; `purpose` is
    set for a withdrawal, `topic` too where it was about one.
    """

    kind: Kind
    id: str
    at: str = ""
    subjects: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    purpose: str = ""
    topic: str = ""


_muted: ContextVar[bool] = ContextVar("upheld_tombstones_muted", default=False)


@contextmanager
def muted() -> Iterator[None]:
    """Note nothing in the block: for probes, whose transaction never commits."""
    token = _muted.set(True)
    try:
        yield
    finally:
        _muted.reset(token)


def place() -> Path | None:
    """Return where lines are kept, None when nothing is to be noted: the site has no folder
    outside its database, or a probe is at work."""
    if _muted.get():
        return None
    if conf().REPLAY_FILE is not None:
        return conf().REPLAY_FILE
    folder = conf().KEYS_DIR
    return None if folder is None else folder / FILE


def digest(subject: str, using: str = DEFAULT_DB_ALIAS) -> str:
    """Return the 20 characters that stand for a subject."""
    from upheld.keyring import sealer

    return sealer(using).blind(_SCOPE, subject)


def append(stones: Iterable[Tombstone]) -> None:
    """Add lines and wait until they are on the disk; nothing without a place to keep them."""
    path = place()
    text = "".join(json.dumps(_short(stone), separators=(",", ":")) + "\n" for stone in stones)
    if path is None or not text:
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        # One writer at a time, so that a line cut short is ended before the next begins.
        fcntl.flock(handle, fcntl.LOCK_EX)
        size = os.fstat(handle).st_size
        if size and os.pread(handle, 1, size - 1) != b"\n":
            text = "\n" + text
        data = text.encode()
        while data:
            data = data[os.write(handle, data) :]
        os.fsync(handle)
    finally:
        os.close(handle)


def read() -> Iterator[Tombstone]:
    """Yield every whole line in order."""
    path = place()
    if path is None or not path.exists():
        return
    with path.open(encoding="utf-8", errors="replace") as file:
        for line in file:
            try:
                found = json.loads(line)
                yield Tombstone(
                    found["kind"],
                    found["id"],
                    found.get("at", ""),
                    tuple(found.get("subjects", ())),
                    tuple(found.get("keys", ())),
                    found.get("purpose", ""),
                    found.get("topic", ""),
                )
            except (ValueError, KeyError, TypeError):
                continue  # cut short by a kill: see the module's text


def unsettled() -> list[Tombstone]:
    """Return erasures with no word on how they ended."""
    ended: set[str] = set()
    begun: dict[str, Tombstone] = {}
    for stone in read():
        if stone.kind == "erased":
            begun[stone.id] = stone
        elif stone.kind in ("settled", "void"):
            ended.add(stone.id)
    return [stone for id, stone in begun.items() if id not in ended]


def _short(stone: Tombstone) -> dict[str, Any]:
    return {key: value for key, value in asdict(stone).items() if value}
