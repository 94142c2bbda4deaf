"""The states of an order and the ways between them."""

from __future__ import annotations

from typing import Final

PENDING: Final = "Pending payment"
PAID: Final = "Paid"
DISPATCHED: Final = "Dispatched"
CANCELLED: Final = "Cancelled"
REFUNDED: Final = "Refunded"

PIPELINE: Final[dict[str, tuple[str, ...]]] = {
    PENDING: (PAID, CANCELLED),
    PAID: (DISPATCHED, CANCELLED, REFUNDED),
    DISPATCHED: (REFUNDED,),
    # A payment that arrives after the order was given up revives it, if stock allows.
    CANCELLED: (PAID,),
    REFUNDED: (),
}
OPEN: Final = (PAID,)
"""Paid and not yet sent: what the dispatch desk sees, and no more."""
