"""The keyring: wrapped data keys in the database, key-encryption keys outside it.

`sealer()` seals and opens; `prepare` and `unowned` make keys for many rows at once;
`adopt` and `destroy` say whose they are and end them; `words` keeps word tokens;
`rotation.rotate` changes the key-encryption key. Nothing here needs a purpose.

Importing the room loads no model: database backends are loaded before the apps are.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import DEFAULT_DB_ALIAS

if TYPE_CHECKING:
    from upheld.sealing import Sealer

__all__ = ["adopt", "destroy", "keys_of", "owners", "prefetch_keys", "prepare", "sealer", "unowned"]


def sealer(using: str = DEFAULT_DB_ALIAS) -> Sealer:
    """Return the process-wide sealer of a database."""
    from upheld.keyring import lifecycle

    return lifecycle.sealer(using)


def prefetch_keys(key_ids: Iterable[bytes], *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Fetch many keys in one query (for each 500). `Sealer.prefetch` takes tokens."""
    from upheld.keyring import lifecycle

    lifecycle.store(using).prefetch(key_ids)


def owners(key_ids: Iterable[bytes], *, using: str = DEFAULT_DB_ALIAS) -> dict[bytes, str | None]:
    """Return whose keys these are; None = nobody's yet, or destroyed."""
    from upheld.keyring import lifecycle

    return lifecycle.store(using).owners(key_ids)


def keys_of(subjects: Iterable[str], *, using: str = DEFAULT_DB_ALIAS) -> list[tuple[str, str]]:
    """Return (id in hexadecimal, subject) of every living key of these subjects."""
    from upheld.keyring import lifecycle

    wanted, found = sorted(set(subjects)), []
    rows = lifecycle.store(using).rows.filter(destroyed_at__isnull=True)
    for start in range(0, len(wanted), 500):
        part = rows.filter(subject__in=wanted[start : start + 500])
        found += [(key, subject or "") for key, subject in part.values_list("pk", "subject")]
    return found


def prepare(subjects: Iterable[str], *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Find or make the keys of many subjects ahead of sealing values for each."""
    from upheld.keyring import lifecycle

    lifecycle.store(using).prepare(subjects)


def unowned(count: int = 1, *, using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """Make keys for rows whose subject is not known yet, one for each row.

    Returns references (`key:<hex>`) to give as `subject` when sealing.
    """
    from upheld.keyring import lifecycle

    return lifecycle.store(using).unowned(count)


def adopt(key_id: bytes, subject: str, *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Give an unowned key to `subject`. Raises `KeyOwned` when it has another owner."""
    from upheld.keyring import lifecycle

    lifecycle.store(using).adopt(key_id, subject)


def destroy(subjects: str | Iterable[str], *, using: str = DEFAULT_DB_ALIAS) -> tuple[bytes, ...]:
    """Destroy all keys of a subject or of many, in the caller's transaction.

    Returns the ids of the destroyed keys.
    """
    from upheld.keyring import destruction, lifecycle

    chosen = [subjects] if isinstance(subjects, str) else subjects
    return destruction.destroy(lifecycle.store(using), chosen)
