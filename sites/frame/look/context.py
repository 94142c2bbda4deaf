"""What every page is given: the brand, the chosen theme, where it stands in the menu."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from sites.frame.brand import brand
from sites.frame.look.theme import chosen_theme


def look(request: HttpRequest) -> dict[str, Any]:
    """Return the frame's own context. Reads no database."""
    match = request.resolver_match
    return {
        "brand": brand(),
        "theme": chosen_theme(request),
        "here": match.view_name if match else "",
        "privacy_pages": settings.GUARD,
    }
