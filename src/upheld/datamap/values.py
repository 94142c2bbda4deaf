"""From the value part of a reference to the parameter a database compares with."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.backends.base.base import BaseDatabaseWrapper

from upheld.datamap.bound import BoundPath
from upheld.datamap.pathsql import TOKEN
from upheld.datamap.references import LENGTH, NO_INDEX, split


def parameter(path: BoundPath, subject: str, connection: BaseDatabaseWrapper) -> Any:
    """Return what the path's column holds for `subject`, None when it can hold no such value.

    Only the one way of writing a key counts: `member:042` is nobody, not `member:42`.
    """
    # A page asks for the same few again and again; the answer hangs on the vendor alone.
    known = (path, subject, connection.vendor)
    try:
        return _KNOWN[known]
    except KeyError:
        if len(_KNOWN) >= MOST_KNOWN:
            _KNOWN.clear()
        found = _KNOWN[known] = _prepared(path, subject, connection)
        return found


MOST_KNOWN = 8192
_KNOWN: dict[tuple[BoundPath, str, str], Any] = {}


def _prepared(path: BoundPath, subject: str, connection: BaseDatabaseWrapper) -> Any:
    if path.kind is None:
        return subject
    _, value = split(subject)
    if path.kind.by == "value":
        if len(value) != LENGTH or value == NO_INDEX:
            return None
        return TOKEN + value if path.kind.blind_scope is not None else value
    field: Any = path.kind.field
    while field.is_relation:
        field = field.target_field
    try:
        key = field.to_python(value)
    except (ValidationError, ValueError, TypeError):
        return None
    if key is None or str(key) != value or not _fits(key, field, connection):
        return None
    return field.get_db_prep_value(key, connection)


def _fits(key: object, field: Any, connection: BaseDatabaseWrapper) -> bool:
    if not isinstance(key, int):
        return True
    low, high = connection.ops.integer_field_range(field.get_internal_type())
    return (low is None or key >= low) and (high is None or key <= high)
