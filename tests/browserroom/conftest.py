"""The practice with a widget, a taste cookie and a storage key that wait for a yes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.test import RequestFactory, override_settings

from tests.browserroom.urls import STATIC
from upheld import consent
from upheld.browser import tally
from upheld.browser.middleware import BrowserMiddleware
from upheld.consent.browsing import chooses
from upheld.datamap.active import Active, active
from upheld.datamap.active import override as governed_by
from upheld.policy.types import Cookie, Embed, Grant, Purpose, StorageKey

FIRST = "upheld.browser.middleware.BrowserMiddleware"
WIDGET = "https://words.example"
Answer = Callable[[HttpRequest], HttpResponseBase]
Send = Callable[..., HttpResponseBase]


@pytest.fixture(autouse=True)
def _counts_of_its_own() -> Iterator[None]:
    tally.forget()
    yield
    tally.forget()


@pytest.fixture
def rules(db: None) -> Iterator[Active]:
    """Two purposes by consent, one that stands; a cookie of each, an embed, a storage key."""
    policy = active().policy
    grant = Grant(rows="consented")
    richer = replace(
        policy,
        purposes=policy.purposes
        | {
            "translation": Purpose(
                "translation", "consent", grant, default="out", title="Translations"
            ),
            "taste": Purpose("taste", "consent", grant, default="out", title="Your taste"),
        },
        cookies={
            "sessionid": Cookie("sessionid", "authentication", days=14),
            "csrftoken": Cookie("csrftoken", "authentication", days=364),
            "upheld_choices": Cookie("upheld_choices", "own", days=180),
            "messages": Cookie("messages", "own"),
            "theme": Cookie("theme", "own", days=30),
            "taste": Cookie("taste", "taste", needs_consent=True, days=90),
            "words_*": Cookie("words_*", "translation", needs_consent=True, days=1),
        },
        storage={"words.*": StorageKey("words.*", "translation")},
        embeds={
            "words": Embed(
                "words", WIDGET, "translation", "Wordbridge", "/widget.js",
                ("script", "connect"),
            )
        },
    )  # fmt: skip
    stack = [FIRST, *settings.MIDDLEWARE, "django.middleware.csrf.CsrfViewMiddleware"]
    with (
        override_settings(
            ROOT_URLCONF="tests.browserroom.urls", MIDDLEWARE=stack, STATIC_ROOT=STATIC
        ),
        governed_by(policy=richer) as now,
    ):
        yield now


@pytest.fixture
def send(rules: Active) -> Send:
    """Return `send(answer, path="/", yes=(), **headers)`: what is left of the answer of an app
    when it has passed the middleware, for a person who said yes to `yes`."""

    def through(
        answer: Answer, path: str = "/", yes: tuple[str, ...] = (), **given: Any
    ) -> HttpResponseBase:
        cookies = given.pop("cookies", {})
        method = given.pop("method", "get")
        request = getattr(RequestFactory(), method)(path, **given)
        request.COOKIES.update(cookies)
        if yes:
            says_yes(request, *yes)
        response: HttpResponseBase = BrowserMiddleware(answer)(request)
        return response

    return through


def says_yes(request: HttpRequest, *purposes: str) -> None:
    """Let the visitor of `request` have agreed."""
    who = "visitor:abcdefghij0123456789"
    for purpose in purposes:
        consent.record(
            who, purpose, True, wording="May we?", version="1", place="test", method="form"
        )
    chooses(request, who)


def page(*cookies: str, **headers: str) -> Answer:
    """An app's page; each cookie is `name=value` or a whole line set by hand."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = HttpResponse("<p>hello", headers=headers or None)
        for line in cookies:
            if ";" in line:
                response.headers["Set-Cookie"] = line
            else:
                name, _, value = line.partition("=")
                response.set_cookie(name, value)
        return response

    return answer


def lines(response: HttpResponseBase) -> list[str]:
    """Every `Set-Cookie` line that leaves, as Django's handlers write them."""
    raw = response.headers.get("Set-Cookie")
    return [*([raw] if raw else []), *(c.OutputString() for c in response.cookies.values())]
