"""The gate between those who wrap new keys and the one who retires a key-encryption key.

Whoever makes a key goes in before wrapping it and stays until the transaction ends; a
KEK is retired only while nobody is inside. On PostgreSQL the gate is an advisory lock,
shared by makers; on SQLite it is the database's one write lock, taken by the insert.

The lock functions are called through the ORM, as part of a query on the index key's
table, since statements the compiler did not make may be refused.
"""

from __future__ import annotations

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, Field, Func, TextField, Value

from upheld.keyring.models import IndexKey, SubjectKey

_GATE = (0x75706865, 1)


def enter(connection: BaseDatabaseWrapper) -> None:
    """Go in, until the transaction ends. Needs an atomic block and an index key."""
    if connection.vendor == "postgresql":
        _call(connection, "pg_advisory_xact_lock_shared", TextField())


def close(connection: BaseDatabaseWrapper) -> bool:
    """Close the gate until the transaction ends; False = somebody is inside.

    Never waits on PostgreSQL, so makers are never held up; on SQLite it waits like any
    other writer.
    """
    if connection.vendor == "postgresql":
        return bool(_call(connection, "pg_try_advisory_xact_lock", BooleanField()))
    SubjectKey.objects.using(connection.alias).filter(pk="").update(kek="")  # takes the lock
    return True


def _call(connection: BaseDatabaseWrapper, function: str, returns: Field[Any, Any]) -> object:
    lock = Func(*(Value(n) for n in _GATE), function=function, output_field=returns)
    return IndexKey.objects.using(connection.alias).values_list(lock, flat=True).first()
