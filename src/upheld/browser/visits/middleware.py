"""Counting page views: put it right after `UpheldMiddleware`.

Whatever goes wrong in counting, the page goes out as it is.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction, sync_to_async
from django.http import HttpRequest, HttpResponseBase

from upheld.browser.visits.buffer import put
from upheld.browser.visits.counted import counted
from upheld.browser.visits.numbers import give, take_away
from upheld.browser.visits.rates import RATE
from upheld.browser.visits.rules import Rule, rule_in_force
from upheld.browser.visits.seeing import fault, is_page, view

log = logging.getLogger("upheld.visits")


class VisitsMiddleware:
    """Counts what was shown; a page that is not counted leaves nothing."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        self._async = iscoroutinefunction(get_response)
        if self._async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Any:
        if self._async:
            return self._acall(request)
        began = perf_counter()
        response = self.get_response(request)
        count(request, response, (perf_counter() - began) * 1000)
        return response

    async def _acall(self, request: HttpRequest) -> HttpResponseBase:
        began = perf_counter()
        answer: Callable[[HttpRequest], Awaitable[HttpResponseBase]] = self.get_response
        response = await answer(request)
        took = (perf_counter() - began) * 1000
        await sync_to_async(count)(request, response, took)
        return response


def count(request: HttpRequest, response: HttpResponseBase, took: float) -> None:
    """Count what was shown, if it is to be counted. Never raises."""
    try:
        _count(request, response, took)
    except Exception as error:
        # Its kind alone: the text may hold what the browser sent.
        log.warning("a page view was not counted: %s", type(error).__name__)


def _count(request: HttpRequest, response: HttpResponseBase, took: float) -> None:
    shown = is_page(request, response)
    if not shown and response.status_code < 400:
        return
    rule = rule_in_force()
    if rule is None:
        return
    if counted(request) is None:
        take_away(request, response, rule.cookie)
    elif shown:
        _shown(request, response, rule, took)
    elif RATE.allows():
        seen = fault(request, rule, response.status_code)
        if seen is not None:
            put(seen)


def _shown(request: HttpRequest, response: HttpResponseBase, rule: Rule, took: float) -> None:
    seen = view(request, rule, took)
    if seen is not None:
        put(seen)
        give(request, response, rule)
