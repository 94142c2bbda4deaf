"""Price and stock without a query a product: the shop has one supplier, itself."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from oscar.apps.partner import strategy
from oscar.apps.partner.availability import Unavailable
from oscar.core.loading import get_model


class OneHouse(strategy.Default):  # type: ignore[misc] # Oscar ships no types
    """Oscar's default strategy, which reads what was fetched with the basket's lines.

    Lives as long as its request, and so does what it remembers.
    """

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self._classes: dict[int, Any] = {}

    def fetch_for_line(self, line: Any, stockrecord: Any = None) -> Any:
        product = line.product
        if not product.is_child and "product_class" not in product._state.fields_cache:
            product.product_class = self._class(product.product_class_id)
        return self.fetch_for_product(product, stockrecord or line.stockrecord)

    def availability_policy(self, product: Any, stockrecord: Any) -> Any:
        """What is priced in another currency is not for sale: this shop deals in one."""
        if stockrecord and stockrecord.price_currency != settings.OSCAR_DEFAULT_CURRENCY:
            return Unavailable()
        return super().availability_policy(product, stockrecord)

    def _class(self, key: int) -> Any:
        if not self._classes:
            self._classes = get_model("catalogue", "ProductClass").objects.in_bulk()
        return self._classes[key]


class Selector:
    """Everybody sees the same prices."""

    def strategy(
        self, request: HttpRequest | None = None, user: Any = None, **kwargs: Any
    ) -> OneHouse:
        return OneHouse(request)
