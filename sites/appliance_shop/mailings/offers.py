"""What a mailing is about, taken from the shelves: goods, prices, addresses; no people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone
from oscar.core.loading import get_class, get_model

from upheld.context import purpose

NEW = timedelta(days=30)
MOST = 6


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing to tell of. `path` begins with a slash."""

    name: str
    words: str
    price: str
    path: str


def bundles() -> list[Offer]:
    """Every bundle on the shelves."""
    return _offers(product_class__slug="bundle")


def launches() -> list[Offer]:
    """What came to the shelves lately, the newest first."""
    return _offers(date_created__gte=timezone.now() - NEW)


def bargains() -> list[Offer]:
    """The least dear of what is in stock: what a discount is announced for."""
    found = [offer for offer in _offers(most=200) if offer.price]
    return sorted(found, key=lambda offer: float(offer.price.strip("$").replace(",", "")))[:MOST]


def _offers(most: int = MOST, **which: Any) -> list[Offer]:
    strategy = get_class("partner.strategy", "Selector")().strategy()
    with purpose("storefront", subject=None):
        products = (
            get_model("catalogue", "Product")
            .objects.filter(is_public=True, **which)
            .exclude(structure="child")
            .order_by("-date_created", "pk")[:most]
        )
        return [_offer(product, strategy) for product in products]


def _offer(product: Any, strategy: Any) -> Offer:
    price = strategy.fetch_for_product(product).price
    known = price is not None and getattr(price, "exists", False)
    return Offer(
        product.title,
        product.meta_description or "",
        f"${price.incl_tax if price.is_tax_known else price.excl_tax:,.2f}" if known else "",
        product.get_absolute_url(),
    )
