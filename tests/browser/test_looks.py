"""Every page of the walk, for all eyes and on every screen; and by keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser import looks
from tests.browser.conftest import Enter
from tests.browser.doings import check_out, give_guest_details, put_in_basket
from tests.browser.person import PASSWORD

VISITOR = (
    "/",
    "/catalogue/",
    "/search/?q=kettle",
    "/search/?q=zzzz",
    "/basket/",
    "/about/",
    "/contact/",
    "/shipping-policy/",
    "/refund-policy/",
    "/accounts/login/",
    "/accounts/register/",
    "/password-reset/",
    "/privacy/",
    "/privacy/choices/",
    "/privacy/promise/encrypted/",
)
LONG = "wilhelmina.featherstonehaugh-cholmondeley@a-rather-long-name-for-a-post.example"
MEMBER = (
    "/accounts/",
    "/accounts/orders/",
    "/accounts/addresses/",
    "/accounts/change-password/",
    "/preferences/",
    "/privacy/me/",
    "/privacy/me/held/contact.phone/",
    "/privacy/me/held/order.content/",
    "/privacy/me/uses/",
    "/privacy/choices/",
    "/privacy/me/fresh/",
)


def test_axe_is_awake(enter: Enter) -> None:
    visitor = enter()
    page = visitor.open("/about/")
    page.locator("main h1").evaluate("h => { h.style.color = '#eee'; h.style.opacity = 0.2 }")
    assert "color-contrast" in "".join(looks.axe(page))
    page.locator("main").evaluate("m => { m.append(document.createElement('input')) }")
    assert "label:" in "".join(looks.axe(page))


def test_the_shop_window(enter: Enter) -> None:
    visitor = enter()
    for path in VISITOR:
        visitor.open(path)
        visitor.look()
    visitor.open("/catalogue/")
    visitor.page.locator("article.card h3 a").first.click()
    visitor.look()
    visitor.open("/nothing-here/", status=404)
    visitor.look()


def test_the_account_and_the_member_centre(enter: Enter) -> None:
    member = enter("member@hearthandhob.example")
    for path in MEMBER:
        member.open(path)
        member.look()
    member.open("/accounts/orders/")
    member.page.locator("main ul.rows a").first.click()
    member.look()
    member.open("/privacy/me/held/contact.phone/")
    member.follow("Correct")
    member.look()
    member.open("/privacy/me/delete/")
    member.page.get_by_label("Your password").fill(PASSWORD)
    member.press("Go on")
    member.look()
    member.open("/privacy/me/download/")
    member.look()


def test_the_checkout(enter: Enter) -> None:
    member = enter("member@hearthandhob.example")
    put_in_basket(member)
    member.open("/basket/")
    member.look()
    member.open("/checkout/delivery/")
    member.look()
    member.press("Send it here")
    member.look()
    member.press("Go on to review")
    member.look()
    check_out(member)
    member.look()
    member.press("Go back to the shop without paying")
    member.look()
    member.press("Cancel the order")
    visitor = enter()
    put_in_basket(visitor)
    visitor.open("/checkout/")
    visitor.look()
    visitor.press("Go on as a guest")
    visitor.look()
    assert visitor.page.locator("main [aria-invalid='true']").count() >= 1
    give_guest_details(visitor, LONG)
    visitor.press("Go on to review")
    visitor.look()


@pytest.mark.parametrize(
    ("post", "paths"),
    [
        ("dispatch", ("/desk/", "/desk/dispatch/")),
        ("aftersales", ("/desk/returns/", "/desk/returns/?closed=1")),
        ("catalogue", ("/desk/products/",)),
        ("privacy", ("/privacy/console/", "/privacy/console/requests/phone/")),
    ],
)
def test_the_desks(enter: Enter, post: str, paths: tuple[str, ...]) -> None:
    clerk = enter(f"{post}@hearthandhob.example")
    for path in paths:
        clerk.open(path)
        clerk.look()
    first = clerk.page.locator("main ul.rows a")
    if first.count():
        first.first.click()
        clerk.look()
    clerk.open("/desk/products/" if post != "catalogue" else "/desk/dispatch/", status=403)
    clerk.look()


def focused(page: Page) -> str:
    """The words of what has the focus."""
    return str(
        page.evaluate(
            "(e => e.getAttribute('aria-label') || e.innerText || e.labels?.[0]?.innerText || '')"
            "(document.activeElement)"
        )
    ).strip()


def walk_to(page: Page, words: str, most: int) -> None:
    """Press Tab until something called `words` has the focus."""
    met = []
    for _ in range(most):
        page.keyboard.press("Tab")
        met.append(focused(page))
        if words in met[-1]:
            return
    raise AssertionError(f"`{words}` was not reached: {met}")


def test_the_keyboard_reaches_the_main_actions(enter: Enter) -> None:
    visitor = enter()
    page = visitor.open("/")
    page.keyboard.press("Tab")
    assert focused(page) == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    walk_to(page, "See everything we make", 2)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    with page.expect_navigation():
        page.locator("article.card h3 a").first.click()
    page.keyboard.press("Tab")
    assert focused(page) == "Skip to the content"
    page.keyboard.press("Enter")
    walk_to(page, "Add to basket", 12)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    visitor.open("/basket/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    walk_to(page, "Check out", 10)


def test_the_keyboard_makes_a_choice(enter: Enter) -> None:
    member = enter("member@hearthandhob.example")
    page = member.open("/privacy/choices/")
    launches = page.get_by_role("form", name="News of product launches by mail")
    assert "You said yes" not in launches.inner_text()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    walk_to(page, "Yes: News of product launches by mail", 24)
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "You said yes on" in launches.inner_text()
