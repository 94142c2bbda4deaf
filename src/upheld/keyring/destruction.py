"""Destroys the keys of subjects.

Safety: `destroy` makes every value of its subjects unreadable for good. It touches only
rows whose subject is named, within the caller's transaction; rolled back, all keys live
on. What it leaves is each key's id and date, so that a restored backup can be brought to
the same state by those ids and a reader is told `destroyed`, not `unknown`.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from upheld.keyring import refusals
from upheld.keyring.refusals import KEY_REFERENCE
from upheld.keyring.store import SLICE, KeyStore


def destroy(store: KeyStore, subjects: Iterable[str]) -> tuple[bytes, ...]:
    """Destroy all keys of these subjects, in the caller's transaction.

    Values sealed under them cannot be read from the commit on: in this process at once,
    in others within `KEY_CACHE_SECONDS`, from backups once the key-encryption key of
    that time is retired. `key:<id>` stands for one unowned key. Returns the ids of the
    destroyed keys; a subject without a living key adds none.
    """
    everyone = sorted(set(subjects))
    gone: list[bytes] = []
    with transaction.atomic(store.using, savepoint=False):
        for start in range(0, len(everyone), SLICE):
            gone += _destroy(store, everyone[start : start + SLICE])
        if gone:
            store.destroyed(gone)
    return tuple(gone)


def _destroy(store: KeyStore, subjects: list[str]) -> list[bytes]:
    ids = [refusals.key_id_in(s).hex() for s in subjects if s.startswith(KEY_REFERENCE)]
    chosen = store.rows.filter(subject__in=subjects)
    if ids:
        chosen = chosen | store.rows.filter(pk__in=ids, subject__isnull=True)
    now = timezone.now()
    # The update comes first, since it is what takes the rows; then they are named.
    if not chosen.filter(destroyed_at__isnull=True).update(wrapped=None, kek="", destroyed_at=now):
        return []
    gone = list(chosen.filter(destroyed_at=now).values_list("pk", flat=True))
    # The id stays, so that a value sealed under it is told apart from a foreign one; whose it
    # was goes with the person.
    store.rows.filter(pk__in=gone).update(subject=None)
    return [bytes.fromhex(key) for key in gone]
