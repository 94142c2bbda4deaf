"""Prices in the visitor's currency."""

from __future__ import annotations

from typing import Any

from django import template

from sites.service_studio.clients.preferences import settings_of, shown_price

register = template.Library()


@register.simple_tag(takes_context=True)
def price(context: dict[str, Any], pence: int) -> str:
    """Print a price in the currency that the visitor chose."""
    return shown_price(pence, settings_of(context["request"]).currency)
