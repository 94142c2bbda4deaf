"""Amounts of money in the site's currency, which `MONEY` names by its sign."""

from __future__ import annotations

from django import template
from django.conf import settings

register = template.Library()
_SIGN = "MONEY"


@register.filter
def money(cents: int) -> str:
    """Print hundredths as `B$1,250.00`."""
    sign: str = getattr(settings, _SIGN)
    return f"{sign}{cents / 100:,.2f}"
