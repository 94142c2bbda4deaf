"""System checks of the browser's gate.

B001 it does not stand first               B002 Django sets a cookie that nobody declared
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register

from upheld.browser.declared import declared
from upheld.conf import conf
from upheld.datamap.active import active
from upheld.errors import ConfigurationError

GATE = "upheld.browser.middleware.BrowserMiddleware"
_COOKIES = {
    "django.contrib.sessions.middleware.SessionMiddleware": ("SESSION_COOKIE_NAME",),
    "django.middleware.csrf.CsrfViewMiddleware": ("CSRF_COOKIE_NAME",),
}


def stands_first() -> bool:
    """Whether the gate sees what every other middleware adds."""
    return bool(settings.MIDDLEWARE) and settings.MIDDLEWARE[0] == GATE


def honours_signals() -> bool:
    """Whether a signal of the browser is obeyed whatever the site's code does."""
    return stands_first() and conf().MODE == "enforce"


def gate(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Warn of a gate that others walk around, and of cookies that it would stop."""
    return [*_place(), *_cookies()]


def _place() -> Iterator[CheckMessage]:
    if GATE in settings.MIDDLEWARE and not stands_first():
        yield Warning(
            "middleware before the browser's gate sets cookies and headers that nobody checks",
            hint=f"put `{GATE}` first",
            obj="MIDDLEWARE",
            id="upheld.B001",
        )


def _cookies() -> Iterator[CheckMessage]:
    if GATE not in settings.MIDDLEWARE:
        return
    try:
        rules = declared(active())
    except ConfigurationError:
        return  # the checks of the map say what is wrong
    for middleware, names in _COOKIES.items():
        if middleware not in settings.MIDDLEWARE:
            continue
        for setting in names:
            name = getattr(settings, setting)
            if rules.cookies.of(name) is None:
                yield Warning(
                    f"the cookie `{name}` will not leave: the policy does not declare it",
                    hint="declare it under `cookies:` in policy.yaml",
                    obj=setting,
                    id="upheld.B002",
                )


def registered() -> None:
    """Register with Django; called when the app is ready."""
    register(gate)
