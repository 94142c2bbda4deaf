"""Both SDKs against the provider process: what the seam promises, it keeps for each."""

from __future__ import annotations

import secrets
from typing import Any

import pytest

from sites.payments.connect_checkout import ConnectCheckout
from sites.payments.seam import (
    Bill,
    ForgedNotice,
    Line,
    PaymentProvider,
    ProviderRefused,
    ProviderUnreachable,
)
from sites.payments.stripe_checkout import StripeCheckout
from tests.sites.provider_process import (
    CHALLENGED,
    DECLINED,
    EXPIRED,
    GOOD,
    POOR,
    Inbox,
    ProviderProcess,
)

SHOP = "http://127.0.0.1:9/checkout/return/"


def bill(**changed: object) -> Bill:
    number = "HH-" + secrets.token_hex(4).upper()
    values: dict[str, Any] = {
        "order": number,
        "lines": (Line(f"Order {number}", 1, 12_340),),
        "return_url": SHOP,
        "cancel_url": SHOP,
        "key": f"{number}-1",
    }
    return Bill(**(values | changed))


def test_a_paid_page_is_a_success(seam: PaymentProvider, provider: ProviderProcess) -> None:
    asked = bill()
    started = seam.start(asked)
    assert seam.result(started.reference).outcome == "open"
    page = provider.type_card(started.url)
    assert page.status == 303 and page.away.startswith(SHOP)
    result = seam.result(started.reference)
    assert (result.outcome, result.order, result.cents, result.currency) == (
        "success", asked.order, 12_340, "USD",
    )  # fmt: skip
    assert result.payment and result.payment != started.reference


def test_the_same_key_opens_the_same_page(seam: PaymentProvider) -> None:
    asked = bill()
    assert seam.start(asked) == seam.start(asked)


def test_one_key_for_two_bills_is_refused(seam: PaymentProvider) -> None:
    asked = bill()
    seam.start(asked)
    dearer = Bill(asked.order, (Line("x", 1, 99),), SHOP, SHOP, asked.key)
    with pytest.raises((ProviderRefused, ProviderUnreachable)):
        seam.start(dearer)


@pytest.mark.parametrize("number", [DECLINED, POOR, EXPIRED])
def test_a_declined_card_leaves_the_page_open(
    seam: PaymentProvider, provider: ProviderProcess, number: str
) -> None:
    started = seam.start(bill())
    page = provider.type_card(started.url, number)
    assert page.status == 402 and "The bank declined this card" in page.text
    assert seam.result(started.reference).outcome == "open"
    assert provider.type_card(started.url, GOOD).status == 303
    assert seam.result(started.reference).outcome == "success"


def test_too_many_declined_cards_close_the_page(
    seam: PaymentProvider, provider: ProviderProcess
) -> None:
    started = seam.start(bill())
    for _ in range(5):
        page = provider.type_card(started.url, DECLINED)
    assert page.status == 410
    assert seam.result(started.reference).outcome == "failure"
    assert provider.type_card(started.url, GOOD).status == 410, "a closed page takes no card"
    assert seam.result(started.reference).outcome == "failure"


def test_a_card_may_ask_for_a_code(seam: PaymentProvider, provider: ProviderProcess) -> None:
    started = seam.start(bill())
    page = provider.type_card(started.url, CHALLENGED)
    assert page.status == 200 and "Your bank asks for a code" in page.text
    assert seam.result(started.reference).outcome == "open"
    assert provider.visit(f"{started.url}code/", code="000000").status == 402
    provider.type_card(started.url, CHALLENGED)
    assert provider.visit(f"{started.url}code/", code="123456").status == 303
    assert seam.result(started.reference).outcome == "success"


def test_a_code_that_nobody_asked_for_takes_no_money(
    seam: PaymentProvider, provider: ProviderProcess
) -> None:
    started = seam.start(bill())
    assert provider.visit(f"{started.url}code/", code="123456").status == 402
    assert seam.result(started.reference).outcome == "open"


def test_an_open_page_can_be_cancelled_once(
    seam: PaymentProvider, provider: ProviderProcess
) -> None:
    started = seam.start(bill())
    assert seam.cancel(started.reference) is True
    assert seam.cancel(started.reference) is False
    assert seam.result(started.reference).outcome == "failure"
    assert provider.type_card(started.url).status == 410


def test_a_paid_page_cannot_be_cancelled(seam: PaymentProvider, provider: ProviderProcess) -> None:
    started = seam.start(bill())
    provider.type_card(started.url)
    assert seam.cancel(started.reference) is False
    assert seam.result(started.reference).outcome == "success"


def test_refunds_add_up_and_stop_at_the_payment(
    seam: PaymentProvider, provider: ProviderProcess
) -> None:
    started = seam.start(bill())
    provider.type_card(started.url)
    payment = seam.result(started.reference).payment
    first = seam.refund(payment, 10_000, key=f"a-{payment}")
    assert (first.cents, first.done) == (10_000, True)
    assert seam.refund(payment, 10_000, key=f"a-{payment}") == first, "same key, one refund"
    with pytest.raises(ProviderRefused):
        seam.refund(payment, 2_341, key=f"b-{payment}")
    assert seam.refund(payment, 2_340, key=f"c-{payment}").done


def test_a_refund_may_fail(seam: PaymentProvider, provider: ProviderProcess) -> None:
    started = seam.start(bill())
    provider.type_card(started.url)
    provider.control("fail-refunds", on=True)
    payment = seam.result(started.reference).payment
    assert seam.refund(payment, 100, key=f"f-{payment}").done is False


def test_an_unpaid_page_gives_nothing_back(seam: PaymentProvider) -> None:
    started = seam.start(bill())
    with pytest.raises(ProviderRefused):
        seam.refund(started.reference, 100, key=started.reference)


def test_an_unknown_reference_is_refused(seam: PaymentProvider) -> None:
    with pytest.raises(ProviderRefused):
        seam.result("cs_test_nobody" if seam.name == "stripe" else "hc-nobody")


def test_a_notification_names_the_page(
    seam: PaymentProvider, provider: ProviderProcess, inbox: Inbox
) -> None:
    started = seam.start(bill())
    provider.type_card(started.url)
    (letter,) = inbox.wait(1)
    assert letter.wire == seam.name
    notice = seam.read_notice(letter.body, letter.headers)
    assert notice.reference == started.reference and notice.event
    assert b"4242" not in letter.body, "no card travels to the shop"


def test_a_changed_notification_is_forged(
    seam: PaymentProvider, provider: ProviderProcess, inbox: Inbox
) -> None:
    started = seam.start(bill())
    provider.type_card(started.url)
    (letter,) = inbox.wait(1)
    with pytest.raises(ForgedNotice, match="no valid signature"):
        seam.read_notice(letter.body.replace(b"12340", b"1"), letter.headers)
    with pytest.raises(ForgedNotice, match="no valid signature"):
        seam.read_notice(letter.body, {})
    with pytest.raises(ForgedNotice, match="no valid signature"):
        seam.read_notice(b"\xff\xfe not json", letter.headers)


def test_a_provider_that_is_away_is_unreachable(provider: ProviderProcess) -> None:
    nowhere = "http://127.0.0.1:9"
    account = provider.account
    for seam in (
        StripeCheckout(api=nowhere, api_key="sk_test_x", webhook_secret="whsec_x"),
        ConnectCheckout(
            api=nowhere, merchant="m", key_id="k", secret="s", webhook_key_id="k",
            webhook_secret="s", integrator="tests",
        ),
        StripeCheckout(api=provider.url, api_key="sk_test_wrong", webhook_secret="whsec_x"),
        ConnectCheckout(
            api=provider.url, merchant=account.merchant, key_id=account.connect_key_id,
            secret="wrong", webhook_key_id="k", webhook_secret="s", integrator="tests",
        ),
    ):  # fmt: skip
        with pytest.raises(ProviderUnreachable):
            seam.start(bill())
