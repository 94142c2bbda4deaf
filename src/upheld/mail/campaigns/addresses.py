"""When two accounts have one address: nobody gets a mail twice for having signed up twice."""

from __future__ import annotations

from upheld.consent.addresses import canonical
from upheld.keyring import sealer

_SCOPE = "-:campaign.address"
"""A scope of its own: the digest equals no blind index of any column."""


def digest(address: str, using: str) -> str:
    """Return the keyed digest of an address in its one spelling, 20 characters; empty for no
    address."""
    return sealer(using).blind(_SCOPE, canonical(address)) if address.strip() else ""
