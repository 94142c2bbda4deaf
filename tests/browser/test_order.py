"""One order from the basket to the refund: buyer, dispatch and after-sales in turn."""

from __future__ import annotations

import re

from tests.browser.conftest import Enter
from tests.browser.demo_process import Demo
from tests.browser.doings import (
    buy,
    check_out,
    give_guest_details,
    number_on,
    put_in_basket,
    register,
    send,
    somebody,
)
from tests.browser.letters import await_letter
from tests.browser.person import CARD, DECLINED

DISPATCH = "dispatch@hearthandhob.example"
AFTER_SALES = "aftersales@hearthandhob.example"


def test_an_order_is_bought_sent_returned_and_paid_back(enter: Enter, demo: Demo) -> None:
    mails = demo.state / "mail"
    buyer, member = enter(), somebody()
    register(buyer, member)
    number = buy(buyer)
    assert "Thank you. Your order is paid." in buyer.text()
    assert "$79.00" in buyer.text()
    assert member.street in buyer.text()
    buyer.look()  # the receipt
    paid = await_letter(mails, member.email, "is paid")
    assert number in paid.subject
    buyer.open("/accounts/orders/")
    assert number in buyer.text()

    clerk = enter(DISPATCH)
    clerk.follow("Dispatch")
    clerk.follow(number)
    assert member.street in clerk.text()
    assert member.last in clerk.text()
    assert member.email not in clerk.page.content()
    send(clerk, number)
    assert clerk.page.locator("main ul.rows li").filter(has_text=number).count() == 0

    sent = await_letter(mails, member.email, "on its way")
    assert "NW-2026-004711" in sent.text
    days = re.search(r"\d+ \w+", sent.text)
    assert days is not None, "the mail names the expected days"
    assert sent.link(number).startswith(demo.url)

    buyer.page.goto(sent.link(number))
    assert "NW-2026-004711" in buyer.text()
    buyer.look()
    buyer.follow("Send something back")
    buyer.look()  # the return request, empty, refused and received
    buyer.press("Ask for the return")
    assert buyer.page.locator("main [role='alert']").count() >= 1
    buyer.look()
    buyer.page.locator("main input[name^='line-']").first.fill("1")
    buyer.page.get_by_label("Why do you send it back?").select_option("faulty")
    buyer.page.get_by_label("Anything we should know").fill("It hums but does not heat.")
    buyer.press("Ask for the return")
    assert "We have your request" in buyer.text()
    buyer.look()
    await_letter(mails, member.email, "return request")

    helper = enter(AFTER_SALES)
    helper.follow("After-sales")
    helper.page.locator("main ul.rows li").filter(has_text=number).get_by_role("link").click()
    assert "It hums but does not heat." in helper.text()
    assert member.street not in helper.page.content()
    assert member.mobile.replace(" ", "") not in helper.page.content().replace(" ", "")
    helper.page.get_by_label("Message to the buyer").fill("Please send it back to us.")
    helper.press("Accept the return")
    confirmed = await_letter(mails, member.email, "is confirmed")
    assert "Please send it back to us." in confirmed.text
    helper.press("The goods are here")
    await_letter(mails, member.email, "has arrived")
    helper.press("Give the money back")
    await_letter(mails, member.email, "refund")
    refunded = await_letter(mails, member.email, "is paid")
    assert "refund" in refunded.subject

    buyer.page.goto(sent.link(number))
    assert "given back" in buyer.text()
    buyer.look()


def test_a_declined_card_can_be_tried_again(enter: Enter, demo: Demo) -> None:
    buyer, member = enter(), somebody()
    register(buyer, member)
    put_in_basket(buyer)
    check_out(buyer)
    buyer.type_card(DECLINED)
    assert "The bank declined this card." in buyer.text()
    buyer.type_card(CARD)
    assert "Thank you. Your order is paid." in buyer.text()
    await_letter(demo.state / "mail", member.email, "is paid")


def test_a_payment_that_was_left_can_be_finished_later(enter: Enter) -> None:
    buyer, member = enter(), somebody()
    register(buyer, member)
    put_in_basket(buyer)
    check_out(buyer)
    buyer.press("Go back to the shop without paying")
    assert "The payment is not finished" in buyer.text()
    number = number_on(buyer)
    buyer.press("Pay $")
    buyer.type_card(CARD)
    assert "Thank you. Your order is paid." in buyer.text()
    assert number in buyer.text()


def test_a_guest_buys_without_an_account(enter: Enter, demo: Demo) -> None:
    guest = enter()
    put_in_basket(guest)
    email = "marisol.quennell@post.example"
    give_guest_details(guest, email)
    guest.press("Go on to review")
    assert email in guest.text()
    guest.press("Order and pay")
    guest.type_card(CARD)
    assert "Thank you. Your order is paid." in guest.text()
    number = number_on(guest)

    link = await_letter(demo.state / "mail", email, "is paid").link(number)
    later = enter()
    later.page.goto(link)
    assert "14 Tallow Lane" in later.text()
    assert "Please ring twice" in later.text()
    later.look()
    later.open(f"/orders/{number}/wrong-key/", status=404)


def test_the_shop_asks_for_no_card(enter: Enter) -> None:
    """A card typed into the one free text of checkout is refused and kept nowhere."""
    guest = enter()
    put_in_basket(guest)
    card = "My card is 4242 4242 4242 4242"
    give_guest_details(guest, "basil.thorne@post.example", notes=card)
    assert guest.page.get_by_role("heading", level=1).inner_text() != "How shall it travel?"
    assert "card" in guest.text()
