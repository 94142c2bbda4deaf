"""A site that counts visits: the test project's, with a policy that says how."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from upheld.browser.visits.buffer import BUFFER
from upheld.datamap.active import Active, active, override
from upheld.policy.types import Category, Cookie, Grant, Policy, Purpose, Visits

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/126.0.0.0 Safari/537.36"
)
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like"
    " Gecko) Version/17.5 Mobile/15E148 Safari/604.1"
)
BRUNEI = "202.93.208.1"
"""A stable range of the registry of Asia and the Pacific."""

EVERYTHING = Visits(
    store=(
        "referrer",
        "language",
        "country",
        "browser",
        "system",
        "device",
        "path",
        "dwell",
        "speed",
        "faults",
    ),
    cookie="v_number",
    parts=("word.slug",),
    leave_out=("me", "patient*"),
    events=("sample-ordered",),
)


def counting(visits: Visits = EVERYTHING, **purpose: Any) -> Policy:
    """The test project's policy, counting visits for the purpose `counting`."""
    policy = active().policy
    rule = Purpose(
        "counting",
        "legitimate_interest",
        may=Grant(read=("technical.visit",), write=("technical.visit",), rows="all"),
        minimum_group=3,
        posts=("dispatch",),
    )
    return dataclasses.replace(
        policy,
        data={
            **policy.data,
            "technical.visit": Category("technical.visit", "technical", anonymous=True),
        },
        purposes={**policy.purposes, "counting": dataclasses.replace(rule, **purpose)},
        cookies={**policy.cookies, "v_number": Cookie("v_number", "counting", days=1)},
        visits=visits,
    )


@pytest.fixture(autouse=True)
def _nothing_waits(settings: Any) -> Iterator[None]:
    # The project's middleware, with the counter after the guard's.
    chain = list(settings.MIDDLEWARE)
    guard = chain.index("upheld.guard.middleware.UpheldMiddleware")
    chain.insert(guard + 1, "upheld.browser.visits.middleware.VisitsMiddleware")
    settings.MIDDLEWARE = chain
    settings.ROOT_URLCONF = "tests.visits.urls"
    settings.TIME_ZONE = "UTC"
    BUFFER.clear()
    yield
    BUFFER.clear()


@pytest.fixture
def counted() -> Iterator[Active]:
    """Count visits by `EVERYTHING`."""
    with override(policy=counting()) as governance:
        yield governance


@pytest.fixture
def visitor() -> Callable[..., Client]:
    """Make visitors: `visitor(address, agent, **headers)`."""

    def make(address: str = BRUNEI, agent: str = CHROME, **headers: str) -> Client:
        given = {"REMOTE_ADDR": address, "HTTP_USER_AGENT": agent, **headers}
        return Client(**{name: value for name, value in given.items() if value})

    return make


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Callable[[str], None]:
    """Set the clock: `at("2026-11-22T10:30+00:00")`."""

    def set_to(text: str) -> None:
        moment = datetime.fromisoformat(text).astimezone(UTC)
        monkeypatch.setattr("upheld.browser.visits.moments.timezone.now", lambda: moment)

    return set_to
