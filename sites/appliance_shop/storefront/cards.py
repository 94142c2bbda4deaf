"""A product as a list shows it: one small object, so that templates ask the database nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from oscar.core.loading import get_model

LOW_STOCK = 5
PICTURE_SIDE = 600
"""Width and height of every product picture, in CSS pixels of its file."""


@dataclass(frozen=True, slots=True)
class Card:
    """What a list says about a product. `price` and `instead_of` are in US dollars."""

    id: int
    title: str
    url: str
    blurb: str
    picture: str
    price: Decimal | None
    instead_of: Decimal | None
    left: int
    featured: bool
    bundle: bool

    @property
    def can_buy(self) -> bool:
        """There is a price and at least one piece."""
        return self.price is not None and self.left > 0

    @property
    def low(self) -> bool:
        """Few pieces are left."""
        return 0 < self.left <= LOW_STOCK


def on_sale() -> QuerySet[Any]:
    """Return the public products, with what a card needs: three queries for any number."""
    product_model = get_model("catalogue", "Product")
    stock = get_model("partner", "StockRecord").objects.only(
        "id", "product_id", "price", "price_currency", "num_in_stock", "num_allocated"
    )
    return (
        product_model.objects.browsable()
        .select_related("product_class")
        .prefetch_related(Prefetch("stockrecords", stock), "images")
    )


def picture_of(product: Any) -> str:
    """Return the address of the first picture, or of the drawing that stands for a missing one."""
    pictures = product.images.all()
    if pictures:
        return str(pictures[0].original.url)
    return f"{settings.STATIC_URL}shop/no-picture.svg"


def card(product: Any, instead_of: Decimal | None = None) -> Card:
    """Make the card of a product that came from `on_sale()`."""
    records = product.stockrecords.all()
    record = records[0] if records else None
    return Card(
        id=product.pk,
        title=product.title,
        url=product.get_absolute_url(),
        blurb=product.meta_description or "",
        picture=picture_of(product),
        price=None if record is None else record.price,
        instead_of=instead_of,
        left=0 if record is None else max(record.net_stock_level, 0),
        featured=product.priority > 0,
        bundle=product.product_class.slug == "bundle",
    )


def cards(products: Iterable[Any]) -> list[Card]:
    """Make the cards of products that came from `on_sale()`."""
    return [card(product) for product in products]
