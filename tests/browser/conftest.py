"""The real thing, once for the run: the demo with its provider, and a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.demo_process import Demo, free_port
from tests.browser.looks import DESKTOP
from tests.browser.person import Person

CHROMIUM = "/usr/bin/chromium"
QUIET = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
]
Enter = Callable[..., Person]


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo, started with its own command; a failed stop fails the run."""
    running = Demo(tmp_path_factory.mktemp("var"), free_port())
    running.start()
    try:
        yield running
    finally:
        code = running.stop()
    assert code == 0
    assert running.left_behind() == []


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield opened
        opened.close()


@pytest.fixture
def enter(demo: Demo, browser: Browser) -> Iterator[Enter]:
    """Return a function that lets one more person in, with a fresh browser window."""
    inside: list[Person] = []

    def let_in(email: str = "", **options: Any) -> Person:
        window: dict[str, Any] = {"viewport": DESKTOP, "reduced_motion": "reduce"} | options
        context = browser.new_context(base_url=demo.url, **window)
        context.set_default_timeout(20_000)
        person = Person(demo, context)
        inside.append(person)
        if email:
            person.sign_in(email)
        return person

    yield let_in
    for person in inside:
        person.leave()
