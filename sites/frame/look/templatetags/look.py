"""Template tags of every site: icons."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from sites.frame.brand import Brand, brand
from sites.frame.look.icons import ICONS

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw the icon `name`; decoration only, so hidden from screen readers."""
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" width="22" height="22" aria-hidden="true"'
        ' focusable="false">{}</svg>',
        mark_safe(ICONS[name]),  # noqa: S308 - our own drawings, no input
    )


@register.simple_tag
def site_brand() -> Brand:
    """Return the brand, for pages that are rendered without a request."""
    return brand()
