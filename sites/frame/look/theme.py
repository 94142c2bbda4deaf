"""Light, dark or as the device likes it: remembered in one cookie of the site's own."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

THEMES: Final = ("light", "dark")
YEAR: Final = 365 * 24 * 60 * 60


def chosen_theme(request: HttpRequest) -> str:
    """Return `light`, `dark` or, when nothing was chosen, an empty text."""
    chosen = request.COOKIES.get(settings.THEME_COOKIE, "")
    return chosen if chosen in THEMES else ""


@csrf_exempt
@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Remember what was chosen, and go back to the page.

    Another site could at most change the colours, so the form carries no token, and a page that
    has no other form sets no cookie.
    """
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, request.get_host()):
        back = "/"
    response = HttpResponseRedirect(back)
    chosen = request.POST.get("theme", "")
    if chosen in THEMES:
        response.set_cookie(
            settings.THEME_COOKIE, chosen, max_age=YEAR, httponly=True, samesite="Lax"
        )
    else:
        response.delete_cookie(settings.THEME_COOKIE)
    return response
