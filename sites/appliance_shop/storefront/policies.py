"""The versions of the Shipping Policy and the Refund Policy.

Who changes what a policy says makes a new version here; orders and notices refer to both.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final


@dataclass(frozen=True, slots=True)
class ShopPolicy:
    """Version and first day of the text in force; `earlier` lists the versions before it."""

    version: str
    since: date
    earlier: tuple[str, ...] = ()


SHIPPING: Final = ShopPolicy("1.0", date(2026, 11, 22))
REFUND: Final = ShopPolicy("1.0", date(2026, 11, 22))
