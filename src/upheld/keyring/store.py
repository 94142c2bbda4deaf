"""The data keys of subjects: found, made, and kept in memory for a few seconds.

What may be stale, and for how long:
- A key destroyed by another process is refused here after `KEY_CACHE_SECONDS` at the
  latest; in the destroying process at once.
- A value written within one second after another process destroyed its subject's keys
  may be sealed under a destroyed key: it is erased with the rest.
Made keys become known to other threads when their transaction commits, never before.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Sequence

from django.db import connections, transaction
from django.db.models import QuerySet
from django.utils import timezone

from upheld.conf import conf
from upheld.errors import SealingError, UnknownKey
from upheld.keyring import refusals
from upheld.keyring.gate import enter
from upheld.keyring.kek import keks
from upheld.keyring.memory import KeyMemory
from upheld.keyring.models import SubjectKey
from upheld.keyring.refusals import KEY_REFERENCE
from upheld.keyring.uncommitted import Changes, Uncommitted
from upheld.keyring.wrapped import unwrapped

SLICE = 500
"""Keys a statement."""


class KeyStore:
    """The keys of one database. Implements `upheld.ports.SubjectKeys`."""

    def __init__(self, using: str) -> None:
        self.using = using
        self.uncommitted = Uncommitted()
        self.on_forget: Callable[[Iterable[bytes] | None], None] = lambda key_ids: None
        """Called with the ids of keys to drop from memory, None = all."""
        self._memory = KeyMemory()

    # Reading ---------------------------------------------------------------------------

    def for_reading(self, key_id: bytes) -> bytes:
        key = self._memory.get(key_id)
        if key is not None and not self.uncommitted:
            return key
        for changes in reversed(self._changes()):
            if key_id in changes.destroyed:
                raise refusals.destroyed(key_id)
            if key_id in changes.made:
                return changes.made[key_id]
        if key is not None:
            return key
        found = self._fetch([key_id])
        if key_id not in found:
            raise refusals.unknown(key_id)
        key = found[key_id]
        if key is None:
            raise refusals.destroyed(key_id)
        return key

    def prefetch(self, key_ids: Iterable[bytes]) -> None:
        made = {key_id for changes in self._changes() for key_id in changes.made}
        missing = [k for k in set(key_ids) - made if self._memory.get(k) is None]
        for start in range(0, len(missing), SLICE):
            self._fetch(missing[start : start + SLICE])

    def owners(self, key_ids: Iterable[bytes]) -> dict[bytes, str | None]:
        """Return whose keys these are (None = nobody's yet, or destroyed); unknown ones
        are left out.

        A token under another owner's key than its row's subject was moved there.
        """
        wanted = [key_id.hex() for key_id in set(key_ids)]
        found: dict[bytes, str | None] = {}
        for start in range(0, len(wanted), SLICE):
            rows = self.rows.filter(pk__in=wanted[start : start + SLICE])
            for key_id, subject in rows.values_list("pk", "subject"):
                found[bytes.fromhex(key_id)] = subject
        return found

    def _fetch(self, key_ids: Sequence[bytes]) -> dict[bytes, bytes | None]:
        """Read keys anew in one query; None = destroyed, absent = unknown."""
        found: dict[bytes, bytes | None] = {}
        for row in self.rows.filter(pk__in=[key_id.hex() for key_id in key_ids]):
            key_id = bytes.fromhex(row.key_id)
            if row.wrapped is None:
                found[key_id] = None
                self.forget([key_id])
                continue
            key = self._memory.get_stale(key_id) or unwrapped(row, key_id)
            found[key_id] = key
            self._memory.keep(key_id, key, conf().KEY_CACHE_SECONDS)
        return found

    # Writing ---------------------------------------------------------------------------

    def for_writing(self, subject: str | None) -> tuple[bytes, bytes]:
        if subject is None:
            return self._make([None])[0]
        if subject.startswith(KEY_REFERENCE):
            key_id = refusals.key_id_in(subject)
            return key_id, self.for_reading(key_id)
        known = self._writing(subject)
        if known is None:
            self.prepare([subject])
            known = self._writing(subject)
        if known is None:  # another thread emptied the memory in between
            raise UnknownKey(f"no data key for `{subject}`", hint="try again")
        return known

    def prepare(self, subjects: Iterable[str]) -> None:
        """Find or make the keys that new values of many subjects need, a few statements
        for each 500 subjects."""
        wanted = {s for s in subjects if not s.startswith(KEY_REFERENCE)}
        missing = [s for s in sorted(wanted) if self._writing(s) is None]
        for start in range(0, len(missing), SLICE):
            self._prepare(missing[start : start + SLICE])

    def unowned(self, count: int = 1) -> list[str]:
        """Make keys that belong to nobody yet, one for each row whose subject is not known.

        Returns references to give as `subject` when sealing; `adopt` gives them owners.
        """
        return [KEY_REFERENCE + key_id.hex() for key_id, _ in self._make([None] * count)]

    def _writing(self, subject: str) -> tuple[bytes, bytes] | None:
        changes = self._changes()
        destroyed = {key_id for change in changes for key_id in change.destroyed}
        for change in reversed(changes):
            key_id = change.writing.get(subject)
            if key_id is not None and key_id not in destroyed:
                return key_id, change.made[key_id]
        known = self._memory.writing(subject)
        return None if known is None or known[0] in destroyed else known

    def _prepare(self, subjects: list[str]) -> None:
        missing = dict.fromkeys(subjects)
        # What a transaction that made or adopted keys finds may be its own, uncommitted work.
        changes = self.changing() if self._changes() else None
        living = self.rows.filter(subject__in=subjects, destroyed_at__isnull=True)
        for row in living.order_by("created_at", "key_id"):
            # Two writers at once may each have made one. Both are good; the oldest is used.
            if row.subject is not None and row.subject in missing:
                del missing[row.subject]
                key_id = bytes.fromhex(row.key_id)
                key = self._memory.get_stale(key_id) or unwrapped(row, key_id)
                if changes is None:
                    self._memory.keep(key_id, key, conf().KEY_CACHE_SECONDS)
                    self._memory.write_with(row.subject, key_id)
                else:
                    changes.made[key_id] = key
                    changes.writing[row.subject] = key_id
        if missing:
            self._make(list(missing))

    def _make(self, subjects: Sequence[str | None]) -> list[tuple[bytes, bytes]]:
        made = [(os.urandom(16), os.urandom(32)) for _ in subjects]
        connection = connections[self.using]
        now = timezone.now()
        rows = []
        with transaction.atomic(self.using, savepoint=False):
            enter(connection)
            for (key_id, key), subject in zip(made, subjects, strict=True):
                row = SubjectKey(key_id=key_id.hex(), subject=subject, created_at=now)
                row.kek, row.wrapped = keks().wrap(key, key_id)
                rows.append(row)
            self.rows.bulk_create(rows)
            self._rewrap_if_rotated(rows, made)
            changes = self.changing()
            for (key_id, key), subject in zip(made, subjects, strict=True):
                changes.made[key_id] = key
                if subject is not None:
                    changes.writing[subject] = key_id
        return made

    def _rewrap_if_rotated(self, rows: list[SubjectKey], made: list[tuple[bytes, bytes]]) -> None:
        # On SQLite the insert has just taken the write lock: a rotation that retired our
        # KEK before it is over, and one after it will see these rows. On PostgreSQL the
        # gate has the same effect and nothing is left to do here.
        current = keks().current()
        for row, (key_id, key) in zip(rows, made, strict=True):
            if row.kek != current:
                row.kek, row.wrapped = keks().wrap(key, key_id)
                row.save(using=self.using, update_fields=["kek", "wrapped"])

    def adopt(self, key_id: bytes, subject: str) -> None:
        """Give an unowned key to `subject`; again for the same subject does nothing.

        Raises `KeyOwned`, `KeyDestroyed`, `UnknownKey`, `SealingError` (no subject).
        """
        if ":" not in subject or subject.startswith(KEY_REFERENCE):
            raise SealingError(f"`{subject}` is not a subject", hint="write it as `kind:value`")
        found = self.rows.filter(pk=key_id.hex())
        if found.filter(subject__isnull=True, destroyed_at__isnull=True).update(subject=subject):
            if connections[self.using].in_atomic_block:
                self.changing()  # see `_prepare`
            return
        row = found.first()
        if row is None:
            raise refusals.unknown(key_id)
        if row.destroyed_at is not None:
            raise refusals.destroyed(key_id)
        if row.subject != subject:
            raise refusals.owned(key_id, subject)

    # Changes and memory ----------------------------------------------------------------

    @property
    def rows(self) -> QuerySet[SubjectKey]:
        """All keys of this database, destroyed ones too."""
        return SubjectKey.objects.using(self.using)

    def changing(self) -> Changes:
        """Return where the changes of the present transaction go. Needs an atomic block."""
        return self.uncommitted.open(connections[self.using], self._committed)

    def destroyed(self, key_ids: Collection[bytes]) -> None:
        """Take note that the present transaction destroyed these keys."""
        self.changing().destroyed.update(key_ids)
        for changes in self._changes():
            changes.not_kept.update(key_ids)
        self.forget(key_ids)

    def made_index_key(self) -> bool:
        """Whether the index key is one that the present transaction made."""
        return any(changes.index_key for changes in self._changes())

    def _changes(self) -> list[Changes]:
        return self.uncommitted.of(connections[self.using]) if self.uncommitted else []

    def _committed(self, changes: Changes) -> None:
        for key_id, key in changes.made.items():
            if key_id not in changes.not_kept:
                self._memory.keep(key_id, key, conf().KEY_CACHE_SECONDS)
        for subject, key_id in changes.writing.items():
            if key_id not in changes.not_kept:
                self._memory.write_with(subject, key_id)
        # Another thread may have read a key again before this transaction destroyed it.
        self.forget(changes.destroyed)

    def forget(self, key_ids: Collection[bytes]) -> None:
        """Drop these keys from the memory of this process."""
        if key_ids:
            self._memory.forget(key_ids)
            self.on_forget(key_ids)

    def clear(self) -> None:
        """Drop everything from memory; for when the tables were emptied or restored."""
        self._memory.clear()
        self.uncommitted.clear()
        self.on_forget(None)
