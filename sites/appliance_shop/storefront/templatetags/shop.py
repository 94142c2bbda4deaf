"""Template tags of the shop: icons, money, pictures, links that keep a page's filters."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from sites.appliance_shop.storefront.cards import picture_of
from sites.appliance_shop.storefront.icons import ICONS

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw the icon `name`; decoration only, so hidden from screen readers."""
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" width="22" height="22" aria-hidden="true"'
        ' focusable="false">{}</svg>',
        mark_safe(ICONS[name]),  # noqa: S308 - our own drawings, no input
    )


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
