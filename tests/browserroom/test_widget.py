"""The translation widget in a real browser: zero requests before a yes, one origin after it,
none after the withdrawal, and nothing of it left behind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from sites.outside.content import TAG, WIDGET
from sites.outside.server import Origin
from tests.browser.conftest import CHROMIUM, QUIET
from tests.browser.looks import DESKTOP, look
from tests.browserroom.served import asking_beside_a_loop, serving
from upheld.datamap.active import Active
from upheld.datamap.active import override as governed_by

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright, asking_beside_a_loop():
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def widget() -> Iterator[Origin]:
    origin = Origin(WIDGET).start()
    yield origin
    origin.stop()


@pytest.fixture(scope="module")
def tag() -> Iterator[Origin]:
    origin = Origin(TAG, host="127.0.0.3").start()
    yield origin
    origin.stop()


@pytest.fixture
def site(rules: Active, widget: Origin, tag: Origin) -> Iterator[str]:
    """The practice, served; its widget comes from the local stand-in."""
    widget.forget()
    tag.forget()
    embeds = {"words": replace(rules.policy.embeds["words"], origin=widget.url)}
    with governed_by(policy=replace(rules.policy, embeds=embeds)), serving() as url:
        yield f"{url}/outside/"


@pytest.fixture
def visitor(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport=DESKTOP, reduced_motion="reduce")
    context.set_default_timeout(10_000)
    yield context
    context.close()


def kept(page: Page) -> dict[str, list[str]]:
    names = [cookie["name"] for cookie in page.context.cookies()]
    return {
        "cookies": sorted(n for n in names if n != "csrftoken"),
        "local": page.evaluate("Object.keys(localStorage)"),
    }


def test_zero_before_one_after_none_after_withdrawal(
    site: str, widget: Origin, visitor: BrowserContext
) -> None:
    page = visitor.new_page()
    page.goto(site, wait_until="networkidle")
    assert page.get_by_text("an outside service").first.is_visible()
    assert widget.seen == []
    assert kept(page) == {"cookies": [], "local": []}

    page.get_by_role("button", name="Load it from Wordbridge").click()
    page.get_by_role("button", name="Cymraeg").click()
    assert [each["path"] for each in widget.seen] == ["/widget.js", "/phrases.json"]
    assert {each["Referer"] for each in widget.seen} <= {"", site.removesuffix("outside/")}
    assert kept(page)["local"] == ["words.pairs"]
    assert "words_lang" in kept(page)["cookies"]

    widget.forget()
    page.get_by_role("button", name="Stop loading it").click()
    page.wait_for_load_state("networkidle")
    page.goto(site, wait_until="networkidle")
    assert widget.seen == []
    assert page.get_by_role("button", name="Load it from Wordbridge").is_visible()
    assert kept(page)["local"] == []
    assert [n for n in kept(page)["cookies"] if n.startswith("words")] == []


def test_the_same_without_javascript(site: str, widget: Origin, chromium: Browser) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site)
    page.get_by_role("button", name="No, thanks").click()
    assert page.url == site
    assert page.get_by_role("button", name="No, thanks").count() == 0
    page.get_by_role("button", name="Load it from Wordbridge").click()
    assert page.url == site
    page.get_by_role("button", name="Stop loading it").click()
    assert page.get_by_role("button", name="Load it from Wordbridge").is_visible()
    context.close()


def test_a_signal_is_shown_as_honoured(site: str, widget: Origin, chromium: Browser) -> None:
    context = chromium.new_context(extra_http_headers={"Sec-GPC": "1"})
    page = context.new_page()
    page.goto(site, wait_until="networkidle")
    assert page.get_by_text("Your browser sends Global Privacy Control. We take it").is_visible()
    assert page.locator(".upheld-banner").count() == 0
    page.get_by_role("button", name="Load it from Wordbridge").click()
    page.get_by_role("button", name="Cymraeg").wait_for()
    assert [each["path"] for each in widget.seen] == ["/widget.js", "/phrases.json"]
    context.close()


def test_a_rogue_page_reaches_nobody(site: str, tag: Origin, visitor: BrowserContext) -> None:
    """Whatever a template's author writes: the browser refuses and the report arrives."""
    from upheld.guard.models import RefusalCount

    page = visitor.new_page()
    page.goto(site)
    with page.expect_response(lambda answer: "browser-reports" in answer.url):
        page.evaluate(
            "url => { const s = document.createElement('script'); s.src = url + '/tag.js';"
            " document.head.append(s); }",
            tag.url,
        )
    page.goto(site, wait_until="networkidle")
    assert tag.seen == []
    (row,) = RefusalCount.objects.filter(reason="reported")
    assert (row.target, row.place) == (f"outside:{tag.url}", "outside")


def test_the_banner_is_equal_quiet_and_steady(
    site: str, visitor: BrowserContext, chromium: Browser
) -> None:
    page = visitor.new_page()
    page.add_init_script(
        "window.shifted = 0; new PerformanceObserver((list) => { for (const e of list.getEntries())"
        " window.shifted += e.value; }).observe({ type: 'layout-shift', buffered: true });"
    )
    page.goto(site, wait_until="networkidle")
    no = page.locator("#cc-main .cm").get_by_role("button", name="No, thanks")
    yes = page.locator("#cc-main .cm").get_by_role("button", name="Yes, allow")
    no.wait_for()
    boxes = [no.bounding_box(), yes.bounding_box()]
    assert boxes[0] and boxes[1]
    assert abs(boxes[0]["width"] - boxes[1]["width"]) < 1
    assert boxes[0]["height"] == boxes[1]["height"]
    style = (
        "b => { const s = getComputedStyle(b);"
        " return [s.backgroundColor, s.color, s.fontSize, s.fontWeight]; }"
    )
    assert no.evaluate(style) == yes.evaluate(style)
    look(page)
    no.click()
    no.wait_for(state="hidden")
    page.goto(site, wait_until="networkidle")
    assert page.locator("#cc-main").count() == 0
    assert page.evaluate("window.shifted") == 0
    assert "upheld-unused" not in kept(page)["cookies"]
    assert kept(page)["local"] == []


def test_one_by_one(site: str, widget: Origin, visitor: BrowserContext) -> None:
    page = visitor.new_page()
    page.goto(site, wait_until="networkidle")
    page.get_by_role("button", name="Choose one by one").click()
    look(page)
    page.locator(".pm").get_by_text("Translations").first.wait_for()
    page.locator('.pm input.section__toggle[value="translation"]').check(force=True)
    with page.expect_navigation():
        page.get_by_role("button", name="Keep these").click()
    page.get_by_role("button", name="Cymraeg").wait_for()
    assert len(widget.seen) == 2


def test_what_the_banner_weighs() -> None:
    import gzip

    from tests.browserroom.urls import STATIC

    sent = (
        "vendor/cookieconsent/cookieconsent.umd.js", "vendor/cookieconsent/cookieconsent.css",
        "browser/banner.js", "browser/banner.css", "browser/forget.js",
    )  # fmt: skip
    weight = sum(len(gzip.compress((STATIC / "upheld" / name).read_bytes())) for name in sent)
    assert weight <= 35_000
