"""Unwraps the keys of table rows."""

from __future__ import annotations

from upheld.errors import UnknownKey
from upheld.keyring import refusals
from upheld.keyring.kek import keks
from upheld.keyring.models import IndexKey, SubjectKey


def unwrapped(row: SubjectKey | IndexKey, context: bytes) -> bytes:
    """Return the key of a row that is not destroyed.

    A rotation may have re-wrapped the row and retired the old key-encryption key since
    the row was read: then it is read once more. Raises `UnknownKey`, `Tampered`.
    """
    try:
        return keks().unwrap(row.kek, _bytes(row), context)
    except UnknownKey:
        before = row.kek
        row.refresh_from_db(fields=["kek", "wrapped"])
        if row.kek == before:
            raise
    if row.wrapped is None:
        raise refusals.destroyed(context)
    return keks().unwrap(row.kek, _bytes(row), context)


def _bytes(row: SubjectKey | IndexKey) -> bytes:
    # psycopg gives a memoryview, sqlite3 bytes; a null does not reach this.
    return bytes(row.wrapped or b"")
