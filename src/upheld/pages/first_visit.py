"""Middleware of choices: puts the question to accounts that were made without it, and takes
the visitor's cookie away once a person signed in.

Put it right after `UpheldMiddleware`.
"""

from __future__ import annotations

from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from upheld import consent
from upheld.conf import conf
from upheld.consent.settling import settle_once
from upheld.consent.signing_in import is_merged
from upheld.consent.unasked import waiting
from upheld.consent.visitors import forget_cookie, is_visitor


class ChoicesMiddleware:
    """Asks before anything else is shown; what is sent or fetched by scripts passes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        settle_once()
        response = self.get_response(request)
        if is_merged(request):
            forget_cookie(response)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Lead a person whose question was never put to the choices, and back afterwards."""
        if not _is_page(request) or _may_wait(request):
            return None
        who = consent.chooser(request)
        if who is None or is_visitor(who) or not waiting(who):
            return None
        query = urlencode({"next": request.get_full_path()})
        return HttpResponseRedirect(f"{reverse('upheld:choices')}?{query}")


def _is_page(request: HttpRequest) -> bool:
    mode = request.headers.get("Sec-Fetch-Mode", "navigate")
    return request.method == "GET" and mode == "navigate" and request.accepts("text/html")


def _may_wait(request: HttpRequest) -> bool:
    match = request.resolver_match
    if match is None or match.app_name == "upheld":
        return True
    return any(fnmatchcase(match.view_name or "", name) for name in conf().ASK_NOT_AT)
