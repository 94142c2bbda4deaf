"""What delivery costs and how long it takes, in one place for pages and policies."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

FREE_FROM: Final = Decimal("75.00")
STANDARD_CHARGE: Final = Decimal("6.95")
STANDARD_DAYS: Final = (2, 5)
"""Working days from the order to the door, least and most."""


@dataclass(frozen=True, slots=True)
class Promise:
    """What a product page says about delivery."""

    charge: Decimal
    days: tuple[int, int]

    @property
    def free(self) -> bool:
        """Delivery costs nothing."""
        return self.charge == 0


def delivery_promise(price: Decimal | None) -> Promise:
    """Return charge and days for one piece at `price`, in US dollars."""
    free = price is not None and price >= FREE_FROM
    return Promise(Decimal("0.00") if free else STANDARD_CHARGE, STANDARD_DAYS)
