"""Addresses that nobody may be mailed at again: what is left of a person who was erased.

An entry is a keyed digest, so the list can be asked about an address and never read out. It
ends marketing, whatever a re-imported list or a default says; a yes that the person gives
after `suppressed_since` counts again.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import DEFAULT_DB_ALIAS
from django.utils import timezone

from upheld.consent.addresses import canonical
from upheld.consent.models import Suppression
from upheld.keyring import sealer

_SCOPE = "-:suppression.email"
"""A scope of its own: the digest equals no blind index of any column."""
_SLICE = 500


def suppress(addresses: Iterable[str], *, using: str = DEFAULT_DB_ALIAS) -> int:
    """Note e-mail addresses, in the caller's transaction; returns how many were given.

    An address noted before gets the later moment.
    """
    digests = {_digest(address, using) for address in addresses if address.strip()}
    now = timezone.now()
    Suppression.objects.using(using).bulk_create(
        [Suppression(digest=digest, since=now) for digest in sorted(digests)],
        batch_size=_SLICE,
        update_conflicts=True,
        unique_fields=["digest"],
        update_fields=["since"],
    )
    return len(digests)


def suppressed_since(address: str, *, using: str = DEFAULT_DB_ALIAS) -> datetime | None:
    """Return since when `address` may not be mailed, None when it may.

    Ask before any mail that is not about a running contract, and mail only when it is None or
    when the person said yes (`consent.state(...)[purpose].since`) later than that.
    """
    if not address.strip():
        return None
    row = Suppression.objects.using(using).filter(pk=_digest(address, using)).first()
    return None if row is None else row.since


def suppressed(addresses: Iterable[str], *, using: str = DEFAULT_DB_ALIAS) -> dict[str, datetime]:
    """Return those of many addresses that are suppressed, with since when: one query each 500."""
    by_digest = {_digest(a, using): a for a in addresses if a.strip()}
    wanted = sorted(by_digest)
    found: dict[str, datetime] = {}
    for start in range(0, len(wanted), _SLICE):
        rows = Suppression.objects.using(using).filter(pk__in=wanted[start : start + _SLICE])
        found.update((by_digest[digest], since) for digest, since in rows.values_list())
    return found


def _digest(address: str, using: str) -> str:
    return sealer(using).blind(_SCOPE, canonical(address))
