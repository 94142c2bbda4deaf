"""Template tags of the shop: icons, money, pictures, links that keep a page's filters."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import template

from sites.appliance_shop.storefront.cards import picture_of
from sites.frame.look.templatetags.look import icon

register = template.Library()


register.simple_tag(icon)


@register.filter
def usd(amount: Decimal | float | int | None) -> str:
    """Print an amount of US dollars: `$1,299.00`. None prints as nothing."""
    if amount is None:
        return ""
    value = Decimal(amount)
    sign = "-" if value < 0 else ""
    return f"{sign}${abs(value):,.2f}"


@register.simple_tag(takes_context=True)
def with_query(context: dict[str, Any], **changes: Any) -> str:
    """Return the page's query string with `changes` made; None or "" takes a key away."""
    query = context["request"].GET.copy()
    for key, value in changes.items():
        query.pop(key, None)
        if value not in (None, ""):
            query[key] = str(value)
    text = query.urlencode()
    return f"?{text}" if text else "?"


@register.filter
def stars(score: float | None) -> list[bool]:
    """Return five marks, true for each filled star of a score from 0 to 5."""
    return [place <= (score or 0) + 0.5 for place in range(1, 6)]


@register.filter
def picture(product: Any) -> str:
    """Return the address of a product's first picture; no query if its pictures were fetched."""
    return picture_of(product)
