"""A visitor looks around: the shop, its policies, its notice. Nothing is asked of them."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from tests.browser.conftest import Enter
from tests.browser.demo_process import ROOT
from tests.browser.doings import KETTLE, put_in_basket

PRIVACY = ROOT / "sites/appliance_shop/privacy"
POLICY = yaml.safe_load(Path(PRIVACY / "policy.yaml").read_text())


def test_a_visitor_looks_around_and_fills_a_basket(enter: Enter) -> None:
    visitor = enter()
    page = visitor.open("/")
    assert page.title().startswith("Hearth & Hob")
    page.get_by_role("navigation", name="Categories").get_by_role("link", name="Cooking").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Cooking"
    assert page.locator("article.card").count() >= 4
    put_in_basket(visitor)
    page = visitor.open("/basket/")
    assert KETTLE in visitor.text()
    assert "$79.00" in visitor.text()
    page.locator("input[name$='-quantity']").fill("2")
    visitor.press("Update the basket")
    assert "$158.00" in visitor.text()


def test_the_policies_are_one_click_away_from_every_page(enter: Enter) -> None:
    visitor = enter()
    visitor.open("/")
    footer = visitor.page.get_by_role("contentinfo")
    for name in ("Shipping Policy", "Refund Policy", "Privacy notice"):
        visitor.open("/")
        footer.get_by_role("link", name=name).click()
        assert visitor.page.get_by_role("heading", level=1).count() == 1


def test_the_notice_shows_its_date_first_and_links_each_sentence_to_its_proof(
    enter: Enter,
) -> None:
    visitor = enter()
    page = visitor.open("/privacy/")
    assert visitor.text().strip().splitlines()[0] == "Last updated: 22 November 2026"
    bound = page.locator("main .sentence[data-sentence]")
    assert bound.count() > 40
    assert page.locator("main .sentence[data-sentence] a.upheld-mark").count() == bound.count()

    page.locator("[data-sentence~='only-if-agreed'] a.upheld-mark").click()
    assert "go only to people who expressly agreed" in visitor.text()
    assert "weekly_bundle_mail" in visitor.text()
    assert re.search(r"Last run: \d+ \w+ 20\d\d, \d\d:\d\d", visitor.text())
    assert page.locator("main tbody tr").filter(has_text="Kept").count() > 0
    assert page.locator("main tbody tr").filter(has_text="Broken").count() == 0
    visitor.follow("Privacy notice")
    assert page.url.endswith("/privacy/#only-if-agreed")


def test_each_sentence_of_the_notice_leads_to_a_page(enter: Enter) -> None:
    visitor = enter()
    page = visitor.open("/privacy/")
    links = page.locator("a.upheld-mark").evaluate_all("all => all.map(a => a.pathname)")
    assert len(set(links)) == len(links)
    assert [visitor.status_of(path) for path in links] == [200] * len(links)


def test_a_visitor_gets_declared_cookies_only(enter: Enter) -> None:
    visitor = enter()
    put_in_basket(visitor)
    visitor.page.get_by_role("button", name="Dark", exact=True).click()
    for path in ("/", "/privacy/", "/privacy/choices/", "/accounts/login/"):
        visitor.open(path)
    names = {cookie["name"] for cookie in visitor.context.cookies()}
    assert "hh_basket" in names
    assert names <= set(POLICY["cookies"]), "a cookie that the policy does not declare"
    visitor.open("/privacy/choices/")
    for name in names:
        assert name in visitor.text()
    visitor.follow("Sign in", exact=True)
    assert "/accounts/login/" in visitor.page.url


def test_a_first_look_sets_no_cookie_that_could_follow_anybody(enter: Enter) -> None:
    visitor = enter()
    visitor.open("/")
    assert {cookie["name"] for cookie in visitor.context.cookies()} <= {"hh_csrf"}


def test_the_dark_theme_stays_chosen(enter: Enter) -> None:
    visitor = enter()
    page = visitor.open("/")
    page.get_by_role("button", name="Dark", exact=True).click()
    visitor.open("/privacy/")
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"


def test_everything_works_without_javascript(enter: Enter) -> None:
    visitor = enter(java_script_enabled=False)
    put_in_basket(visitor)
    visitor.open("/basket/")
    assert KETTLE in visitor.text()
    visitor.follow("Check out")
    visitor.fill(email="quinby@post.example", email_again="quinby@post.example")
    visitor.press("Go on as a guest")
    assert "Where shall it go?" in visitor.text()
    visitor.open("/privacy/promise/encrypted/")
    assert "The rules behind it" in visitor.text()


def test_pages_that_are_not_there_say_so(enter: Enter) -> None:
    visitor = enter()
    visitor.open("/nothing-here/", status=404)
    visitor.open("/privacy/promise/never-promised/", status=404)
    visitor.open("/privacy/versions/1999-01-01/", status=404)
    visitor.open("/privacy/versions/yesterday/", status=404)
    visitor.open("/privacy/receipts/00000000000000000000000000000000/", status=404)
    visitor.open("/privacy/email/forged/", status=404)
    visitor.open("/privacy/unsubscribe/forged/", status=404)
    assert "This link does not work" in visitor.text()


def test_the_small_machine_pages_answer(enter: Enter) -> None:
    visitor = enter()
    security = visitor.context.request.get("/.well-known/security.txt").text()
    assert "Contact: mailto:support@hearthandhob.example" in security
    assert visitor.context.request.get("/.well-known/gpc.json").json()["gpc"] is True
    assert visitor.context.request.get("/healthz").json()["ok"] is True
    assert visitor.status_of("/.well-known/change-password") == 302
