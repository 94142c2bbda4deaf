"""The addresses that every site has; a site adds its own before them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import include, path

from sites.frame.look.theme import choose_theme

handler403 = "sites.frame.look.pages.forbidden"
handler404 = "sites.frame.look.pages.not_found"
handler500 = "sites.frame.look.pages.server_error"


def addresses() -> list[Any]:
    """Return the theme switch, the accounts and, with the guard, the privacy pages."""
    found: list[Any] = [
        path("theme/", choose_theme, name="choose-theme"),
        path("", include("sites.frame.people.urls")),
    ]
    if settings.GUARD:
        found.append(path("", include("upheld.urls")))
    return found
