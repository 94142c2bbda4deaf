"""Every other site for all eyes: its front page, its registration, its choices; and the same
story with scripts switched off."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import looks
from tests.browser.demo_process import ROOT
from tests.browser.looks import DESKTOP, PHONE
from tests.browser.site_process import Served, serve

SITES = sorted(
    path.parent.name
    for path in (ROOT / "sites").glob("*/privacy")
    if path.parent.name != "appliance_shop"
)
GIVEN = {
    "first_name": "Tamsin",
    "last_name": "Underhill",
    "email": "tamsin@quietbox.example",
    "password": "a-walk-by-the-river",
}


@pytest.fixture(scope="module", params=SITES)
def served(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    running = serve(request.param, tmp_path_factory.mktemp("var"))
    yield running
    running.stop()


def opened(page: Page, path: str) -> Page:
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == 200, f"{path}: {answer.status}"
    return page


def test_its_pages_are_for_all_eyes_and_ask_nobody_else(served: Served, browser: Browser) -> None:
    context = browser.new_context(base_url=served.url, viewport=DESKTOP, reduced_motion="reduce")
    asked: list[str] = []
    said: list[str] = []
    context.on("request", lambda request: asked.append(urlsplit(request.url).netloc))
    page = context.new_page()
    page.on("console", lambda message: said.append(message.text))
    for path in ("/", "/join/", "/privacy/choices/"):
        looks.look(opened(page, path))
    context.close()
    assert set(asked) == {urlsplit(served.url).netloc}
    assert said == []


def test_joining_and_choosing_need_no_script(served: Served, browser: Browser) -> None:
    context = browser.new_context(base_url=served.url, viewport=PHONE, java_script_enabled=False)
    page = opened(context.new_page(), "/join/")
    for name, value in GIVEN.items():
        field = page.locator(f"main [name='{name}']")
        if field.count():
            field.fill(value)
    page.get_by_role("button", name="Make the account").click()
    assert "Your account is ready" in page.inner_text("main")
    opened(page, "/privacy/choices/")
    page.locator("#choices form").first.get_by_role("button", name="Yes").first.click()
    assert "You said yes" in page.inner_text("#choices")
    opened(page, "/privacy/me/held/contact.email/")
    assert GIVEN["email"] in page.inner_text("main")
    context.close()
