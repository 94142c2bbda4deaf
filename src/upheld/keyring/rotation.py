"""Rotation of the key-encryption key (KEK) while the site runs.

Safety: the data keys stay the same, only their wrapping changes, so no sealed value is
touched. Every step leaves a state in which all keys can be read: the new KEK is whole on
the disk before anything uses it; a key is re-wrapped by one conditional update; the old
KEK goes only when, behind the closed gate, no row names it. Killed anywhere, the next run
goes on: more than one KEK in the folder means that a rotation is unfinished.

An erased person's key in an old backup stays readable until the KEK of that time is
retired, so rotation is also what makes erasure final.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fcntl import LOCK_EX, LOCK_NB, flock
from time import sleep

from django.db import DEFAULT_DB_ALIAS, OperationalError, connections, transaction
from django.db.models import BinaryField, Case, QuerySet, Value, When

from upheld.conf import conf
from upheld.errors import ConfigurationError
from upheld.keyring.gate import close
from upheld.keyring.kek import keks
from upheld.keyring.lifecycle import ensure
from upheld.keyring.models import IndexKey, SubjectKey
from upheld.keyring.wrapped import unwrapped
from upheld.keyring.wrapping import Keks

_TRIES = 100
_WAIT = 0.1

Step = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Rotation:
    """What a run did. `remaining` keys are still wrapped under other KEKs than `current`;
    `kept` KEKs could not be retired: still in use, or not ours to destroy."""

    current: str
    resumed: bool
    rewrapped: int
    remaining: int
    retired: tuple[str, ...]
    kept: tuple[str, ...]


def rotate(
    *,
    using: str = DEFAULT_DB_ALIAS,
    new_key: bool = True,
    slice_size: int = 200,
    step: Step = lambda name: None,
) -> Rotation:
    """Make a new KEK, re-wrap every key under it, retire the old one.

    An unfinished run is finished instead of starting another; `new_key=False` only moves
    keys to the current KEK. `step` is told of each step while it runs.
    Not within a transaction: a KEK does not come back with a rollback.
    Raises `ConfigurationError` when another rotation runs, `UnknownKey` when a KEK in use
    is missing.
    """
    ensure(using)
    found = keks()
    with _alone():
        old = found.ids()[:-1]
        resumed = bool(old)
        if new_key and not resumed:
            step("add")
            found.add()
        current = found.current()
        step("index")
        rewrapped = _rewrap_index(using, found, current)
        step("keys")
        rewrapped += _rewrap_subjects(using, found, current, slice_size, step)
        retired, kept = _retire(using, found, current, step)
        step("done")
    remaining = _under_others(using, current).count()
    return Rotation(current, resumed, rewrapped, remaining, retired, kept)


def _under_others(using: str, current: str) -> QuerySet[SubjectKey]:
    return SubjectKey.objects.using(using).filter(destroyed_at__isnull=True).exclude(kek=current)


def _rewrap_index(using: str, found: Keks, current: str) -> int:
    rewrapped = 0
    for row in IndexKey.objects.using(using).exclude(kek=current):
        context = f"index key {row.name}".encode()
        kek_id, wrapped = found.wrap(unwrapped(row, context), context)
        rewrapped += (
            IndexKey.objects.using(using)
            .filter(pk=row.pk, kek=row.kek)
            .update(kek=kek_id, wrapped=wrapped)
        )
    return rewrapped


def _rewrap_subjects(using: str, found: Keks, current: str, slice_size: int, step: Step) -> int:
    rewrapped = 0
    after = ""
    tries = 0
    while tries < _TRIES:
        try:
            last, done = _rewrap_slice(using, found, current, after, slice_size, step)
        except OperationalError:
            # The database is busy with another writer (SQLite), or chose us as the victim
            # of a deadlock. The slice was rolled back as a whole.
            tries += 1
            if tries == _TRIES:
                raise
            sleep(_WAIT)
            continue
        rewrapped += done
        after = last
        if not last:  # the end of the table; what is left, others held or have just made
            if not _under_others(using, current).exists():
                break
            tries += 1
            sleep(_WAIT)
    return rewrapped


def _rewrap_slice(
    using: str, found: Keks, current: str, after: str, slice_size: int, step: Step
) -> tuple[str, int]:
    """Re-wrap up to `slice_size` keys with ids beyond `after`, in one transaction.

    Returns the last id read (empty = none was left) and how many were re-wrapped.
    """
    with transaction.atomic(using, durable=True):
        living = _under_others(using, current).filter(pk__gt=after).order_by("key_id")
        if connections[using].features.has_select_for_update_skip_locked:
            living = living.select_for_update(skip_locked=True)
        rows = list(living[:slice_size])
        if not rows:
            return "", 0
        cases = []
        for row in rows:
            key_id = bytes.fromhex(row.key_id)
            kek_id, wrapped = found.wrap(unwrapped(row, key_id), key_id)
            if kek_id != current:
                raise ConfigurationError(
                    f"key-encryption key `{kek_id}` was added during the rotation",
                    hint="run it again",
                )
            cases.append(When(pk=row.pk, then=Value(wrapped, output_field=BinaryField())))
        # A key destroyed since it was read stays destroyed: the condition is in the update.
        done = (
            SubjectKey.objects.using(using)
            .filter(pk__in=[row.pk for row in rows], destroyed_at__isnull=True)
            .update(kek=current, wrapped=Case(*cases, output_field=BinaryField()))
        )
        step("slice")
        return rows[-1].pk, done


def _retire(
    using: str, found: Keks, current: str, step: Step
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    retired: list[str] = []
    kept: list[str] = []
    for kek_id in [k for k in found.ids() if k != current]:
        step("retire")
        (retired if _retired(using, found, kek_id) else kept).append(kek_id)
    return tuple(retired), tuple(kept)


def _retired(using: str, found: Keks, kek_id: str) -> bool:
    for _ in range(_TRIES):
        with suppress(OperationalError), transaction.atomic(using, durable=True):
            if close(connections[using]):
                # Whoever made a key under the old KEK has committed it by now, and
                # whoever comes next takes the current one.
                return not _in_use(using, kek_id) and found.retire(kek_id)
        sleep(_WAIT)  # somebody is inside, or the database is busy (SQLite)
    return False


def _in_use(using: str, kek_id: str) -> bool:
    # By whole names, for the index: makers wait meanwhile. The same key may have come from
    # the environment before.
    names = (kek_id, "env-" + kek_id.rpartition("-")[2])
    return (
        SubjectKey.objects.using(using).filter(kek__in=names).exists()
        or IndexKey.objects.using(using).filter(kek__in=names).exists()
    )


@contextmanager
def _alone() -> Iterator[None]:
    """Hold the lock of the keys folder; the system lets go of it if we are killed."""
    folder = conf().KEYS_DIR
    if folder is None or not folder.is_dir():
        yield
        return
    with (folder / ".rotation").open("w") as file:
        try:
            flock(file, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            raise ConfigurationError(
                f"another rotation of `{folder}` is running", hint="wait until it is done"
            ) from None
        yield
