"""The two ways a parcel travels, priced in US dollars without tax."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from oscar.apps.shipping.methods import Base
from oscar.core.prices import Price

FREE_FROM = Decimal("75.00")


class Standard(Base):  # type: ignore[misc] # Oscar ships no types
    """By road; free from a certain amount on."""

    code = "standard"
    name = "Standard delivery"
    description = "3 to 5 working days. Free from $75."
    days = (3, 5)
    charge = Decimal("7.90")

    def calculate(self, basket: Any) -> Price:
        goods = basket.total_incl_tax
        return _price(Decimal("0.00") if goods >= FREE_FROM else self.charge)


class Express(Base):  # type: ignore[misc] # Oscar ships no types
    """By air."""

    code = "express"
    name = "Express delivery"
    description = "1 to 2 working days."
    days = (1, 2)
    charge = Decimal("24.00")

    def calculate(self, basket: Any) -> Price:
        return _price(self.charge)


def _price(amount: Decimal) -> Price:
    return Price(currency="USD", excl_tax=amount, tax=Decimal("0.00"))
