"""The one sealer of each database, and the keys that must be there before it can be."""

from __future__ import annotations

import os
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.utils import timezone

from upheld.errors import ConfigurationError
from upheld.keyring import kek
from upheld.keyring.models import IndexKey, SubjectKey
from upheld.keyring.store import KeyStore
from upheld.keyring.wrapped import unwrapped
from upheld.sealing import Sealer

_NAME = "blind"
_CONTEXT = b"index key blind"

_stores: dict[str, KeyStore] = {}
_sealers: dict[str, Sealer] = {}


def sealer(using: str = DEFAULT_DB_ALIAS) -> Sealer:
    """Return the sealer of a database: one per process, made on first use."""
    found = _sealers.get(using)
    return found if found is not None else _make(using)


def store(using: str = DEFAULT_DB_ALIAS) -> KeyStore:
    """Return the key store behind `sealer(using)`."""
    sealer(using)
    return _stores[using]


def ensure(using: str = DEFAULT_DB_ALIAS) -> None:
    """Make the first key-encryption key and the index key of a new site.

    Raises `ConfigurationError` when the database already has wrapped keys but their
    key-encryption keys are gone: a new one would only hide the loss.
    """
    if not kek.keks().ids() and (
        IndexKey.objects.using(using).exists()
        or SubjectKey.objects.using(using).filter(destroyed_at__isnull=True).exists()
    ):
        raise ConfigurationError(
            "the database has sealed data but there is no key-encryption key",
            hint="restore the keys folder from where you keep its copy",
        )
    kek.ensure()
    sealer(using)


def forget(using: str = DEFAULT_DB_ALIAS) -> None:
    """Drop every key of a database from memory; for when its tables were replaced."""
    _sealers.pop(using, None)
    if using in _stores:
        _stores[using].clear()


def _make(using: str) -> Sealer:
    keys = _stores.setdefault(using, KeyStore(using))
    row = IndexKey.objects.using(using).filter(pk=_NAME).first() or _first(keys)
    made = Sealer(keys, unwrapped(row, _CONTEXT))
    if not keys.made_index_key():  # else it may be rolled back: not to be kept
        made = _sealers.setdefault(using, made)
    keys.on_forget = made.forget
    return made


def _first(keys: KeyStore) -> IndexKey:
    kek_id, wrapped = kek.keks().wrap(os.urandom(32), _CONTEXT)
    ours = IndexKey(name=_NAME, kek=kek_id, wrapped=wrapped, created_at=timezone.now())
    rows = IndexKey.objects.using(keys.using)
    with transaction.atomic(keys.using, savepoint=False):
        # Of two processes that come here at once, one writes and both read that one.
        rows.bulk_create([ours], ignore_conflicts=True)
        keys.changing().index_key = True
    return rows.get(pk=_NAME)


def after_migrate(using: str, **_: Any) -> None:
    """Receiver of `post_migrate`, which also follows a flush: start afresh."""
    forget(using)
    tables = connections[using].introspection.table_names()
    if IndexKey._meta.db_table in tables and SubjectKey._meta.db_table in tables:
        ensure(using)
