"""What people wrote, as ciphertext under a key of the request's own."""

from __future__ import annotations

from uuid import UUID

from django.db import DEFAULT_DB_ALIAS

from upheld import keyring
from upheld.errors import KeyDestroyed

SCOPE = "request.address"
GONE = "(erased)"


def keeper(id: UUID) -> str:
    """The keyring's name for the key of a request."""
    return f"request:{id}"


def seal(id: UUID, text: str, using: str = DEFAULT_DB_ALIAS) -> str:
    """Return `text` sealed for the request `id`; the empty text stays."""
    return keyring.sealer(using).seal(text, column="upheld.RightsRequest", subject=keeper(id))


def opened(token: str, using: str = DEFAULT_DB_ALIAS) -> str:
    """Return what was sealed, or words that say it is erased."""
    try:
        return keyring.sealer(using).open(token, column="upheld.RightsRequest")
    except KeyDestroyed:
        return GONE


def mark_of(address: str, using: str = DEFAULT_DB_ALIAS) -> str:
    """Return the keyed digest by which an address is known again; empty for none."""
    plain = address.strip().lower()
    return keyring.sealer(using).blind(SCOPE, plain) if plain else ""
