"""A middleware that nobody wrote for the notice, for probes of what leaves to a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings

PATH = f"{__name__}.rogue"
_tries: ContextVar[Callable[[HttpResponse], None] | None] = ContextVar("upheld_rogue", default=None)


def rogue(get_response: Callable[[HttpRequest], HttpResponse]) -> Any:
    """Pass the answer on, with whatever the running probe tries to add."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        add = _tries.get()
        if add is not None:
            add(response)
        return response

    return middleware


@contextmanager
def rogue_site(*, outer: bool = False) -> Iterator[Client]:
    """Run the site's own stack with the rogue in it, innermost or right behind the first;
    yields a browser that has been nowhere yet."""
    stack = list(settings.MIDDLEWARE)
    stack.insert(1 if outer else len(stack), PATH)
    with override_settings(MIDDLEWARE=stack):
        yield Client(headers={"host": _host()})


@contextmanager
def adding(add: Callable[[HttpResponse], None]) -> Iterator[None]:
    """Let the rogue add to each answer of the block."""
    token = _tries.set(add)
    try:
        yield
    finally:
        _tries.reset(token)


def _host() -> str:
    """A host that the site answers to."""
    given = [host for host in settings.ALLOWED_HOSTS if host != "*"]
    return given[0].lstrip(".") if given else "localhost"
