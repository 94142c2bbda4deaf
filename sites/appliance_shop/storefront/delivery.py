"""What delivery costs and how long it takes, in one place for pages and policies."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sites.appliance_shop.apps.shipping.methods import FREE_FROM, Standard


@dataclass(frozen=True, slots=True)
class Promise:
    """What a product page says about delivery."""

    charge: Decimal
    free_from: Decimal
    days: tuple[int, int]

    @property
    def free(self) -> bool:
        """Delivery costs nothing."""
        return self.charge == 0


def delivery_promise(price: Decimal | None) -> Promise:
    """Return charge and days for one piece at `price`, in US dollars."""
    free = price is not None and price >= FREE_FROM
    return Promise(Decimal("0.00") if free else Standard.charge, FREE_FROM, Standard.days)
