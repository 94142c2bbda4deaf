"""Subject references: `kind:value`, the one way a person is named between rooms.

A subject known by key is `member:42`. One known by a value (a guest's e-mail) is never
named by the value itself: the reference holds its blind index when the column is sealed,
else 20 hex digits of SHA-256 of the trimmed, lower-cased (ASCII) value. The digest is no
secret keeper; it only keeps addresses out of logs.
"""

from __future__ import annotations

import hashlib
from typing import Any

from upheld import keyring
from upheld.datamap.bound import BoundKind, DataMap
from upheld.errors import ConfigurationError

LENGTH = 20
"""Characters of the value part of a reference by value."""
NO_INDEX = "-" * LENGTH
_ASCII_LOWER = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")


def reference(kind: str, key: object) -> str:
    """Return `kind:key` for a subject known by key."""
    return f"{kind}:{key}"


def split(subject: str) -> tuple[str, str]:
    """Return (kind, value); the value is empty when the text is no reference."""
    kind, _, value = subject.partition(":")
    return kind, value


def reference_by_value(datamap: DataMap, kind: str, value: str) -> str | None:
    """Return the reference of the subject of `kind` known by `value`, None when it is blank.

    Raises `ConfigurationError` when the map has no such kind.
    """
    bound = datamap.kinds.get(kind)
    if bound is None or bound.by != "value":
        raise ConfigurationError(f"no kind of subject `{kind}` is known by a value")
    if not value.strip():
        return None
    return f"{kind}:{index_of(bound, value)}"


def index_of(kind: BoundKind, value: str) -> str:
    """Return the value part of a reference by value: 20 characters."""
    if kind.blind_scope is not None:
        return keyring.sealer().blind(kind.blind_scope, value)
    plain = value.strip(" ").translate(_ASCII_LOWER)
    return hashlib.sha256(plain.encode()).hexdigest()[:LENGTH]


def reference_of(datamap: DataMap, instance: Any) -> str | None:
    """Return the reference of a root instance (a user), None when its model is no root."""
    concrete = type(instance)._meta.concrete_model
    for kind in datamap.kinds.values():
        if kind.by == "key" and kind.model._meta.concrete_model is concrete:
            return None if instance.pk is None else f"{kind.id}:{instance.pk}"
    return None
