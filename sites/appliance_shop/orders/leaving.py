"""A person with a parcel to come cannot be erased before it is on its way."""

from __future__ import annotations

from oscar.core.loading import get_model

from sites.appliance_shop.orders.status import OPEN
from upheld.datamap.active import active
from upheld.datamap.paths import rows_of
from upheld.rights import blocks_erasure


@blocks_erasure
def parcel_to_come(subject: str, using: str) -> str | None:
    """Name the orders that are paid and not yet sent."""
    model = active().datamap.model(get_model("order", "Order"))
    assert model is not None, "the map declares orders"
    numbers = [
        order.number  # type: ignore[attr-defined] # Oscar's order
        for order in rows_of(model, subject, using).filter(status__in=OPEN)
    ]
    if not numbers:
        return None
    return (
        f"We are packing your order {', '.join(numbers)} and need your address for it. "
        "You can delete your account once we have mailed you that it is on its way."
    )
