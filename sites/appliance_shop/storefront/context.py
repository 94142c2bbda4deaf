"""What every page shows: the categories, the basket's count, the chosen theme."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from sites.appliance_shop.storefront.basket_count import basket_count
from sites.appliance_shop.storefront.categories import shop_categories
from sites.frame.look.theme import chosen_theme


def storefront(request: HttpRequest) -> dict[str, Any]:
    """Return the header's and footer's content. The database is read only if a page shows it."""
    return {
        "shop_categories": shop_categories,
        "basket_count": lambda: basket_count(request),
        "theme": chosen_theme(request),
        "privacy_pages": settings.GUARD,
    }
