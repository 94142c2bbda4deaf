"""However the news comes, once, twice, late, backwards or forged, an order is paid once."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse

from sites.appliance_shop.settlement.models import Payment
from sites.payments.models import PaymentNotice
from tests.sites.appliance_shop.checkout.buyer import Buyer, Caller, everything, fresh, stock_of
from tests.sites.provider_process import DECLINED, Inbox, Letter, ProviderProcess

pytestmark = pytest.mark.parametrize("wire", ["stripe", "connect"], indirect=True)


def paid_once(order: Any, product: Any) -> None:
    """Assert that the order is paid, with one payment, one mail, its pieces kept once."""
    assert fresh(order).status == "Paid"
    with everything():
        (payment,) = Payment.objects.filter(order=order, outcome="success")
        assert payment.cents == int(order.total_incl_tax * 100)
        assert payment.payment and payment.settled_at
        assert not payment.refunds.exists()
    subjects = [message.subject for message in mail.outbox]
    assert subjects == [f"Your order {order.number} is paid"]
    assert stock_of(product)[1] == 1


def verdicts() -> list[tuple[str, int]]:
    with everything():
        return list(PaymentNotice.objects.order_by("pk").values_list("verdict", "came"))


def test_the_browser_comes_back(buyer: Buyer, shop: Any, provider: ProviderProcess) -> None:
    order, page = buyer.order(shop["kettle"])
    assert fresh(order).status == "Pending payment"
    thanks = buyer.come_back(provider.type_card(page).away)
    assert "Thank you. Your order is paid." in thanks.content.decode()
    assert order.number in thanks.content.decode()
    paid_once(order, shop["kettle"])


def test_only_the_notification_comes(
    buyer: Buyer, shop: Any, provider: ProviderProcess, inbox: Inbox
) -> None:
    order, page = buyer.order(shop["kettle"])
    provider.type_card(page)
    (letter,) = inbox.wait(1)
    assert Caller().post("/payments/notices/paypal/").status_code == 404
    assert buyer.deliver(letter).status_code == 204
    paid_once(order, shop["kettle"])
    assert verdicts() == [("settled", 1)]


@pytest.mark.parametrize("news", ["notification first", "browser first"])
def test_both_come_and_twice_each(
    buyer: Buyer, shop: Any, provider: ProviderProcess, inbox: Inbox, news: str
) -> None:
    order, page = buyer.order(shop["kettle"])
    away = provider.type_card(page).away
    (letter,) = inbox.wait(1)
    for _ in range(2):
        if news == "browser first":
            buyer.come_back(away)
        assert buyer.deliver(letter).status_code == 204
        if news == "notification first":
            buyer.come_back(away)
    paid_once(order, shop["kettle"])
    first = "nothing_new" if news == "browser first" else "settled"
    assert verdicts() == [(first, 2)]


def test_news_in_the_wrong_order(
    buyer: Buyer, shop: Any, provider: ProviderProcess, inbox: Inbox
) -> None:
    order, page = buyer.order(shop["kettle"])
    provider.type_card(page, DECLINED)
    provider.type_card(page)
    declined, paid = inbox.wait(2)
    assert buyer.deliver(paid).status_code == 204
    assert buyer.deliver(declined).status_code == 204
    paid_once(order, shop["kettle"])


def test_a_declined_card_leaves_the_order_waiting(
    buyer: Buyer, shop: Any, provider: ProviderProcess, inbox: Inbox
) -> None:
    order, page = buyer.order(shop["kettle"])
    provider.type_card(page, DECLINED)
    (letter,) = inbox.wait(1)
    assert buyer.deliver(letter).status_code == 204
    assert fresh(order).status == "Pending payment"
    assert mail.outbox == []
    provider.type_card(page)
    buyer.deliver(inbox.wait(2)[1])
    paid_once(order, shop["kettle"])


def test_a_forged_notification_changes_nothing_and_is_logged(
    buyer: Buyer, shop: Any, provider: ProviderProcess, inbox: Inbox
) -> None:
    order, page = buyer.order(shop["kettle"])
    provider.type_card(page)
    (letter,) = inbox.wait(1)
    forged = Letter(letter.wire, letter.body.replace(b"HH-", b"HX-"), letter.headers)
    unsigned = Letter(letter.wire, letter.body, {})
    for _ in range(2):
        assert buyer.deliver(forged).status_code == 400
    assert buyer.deliver(unsigned).status_code == 400
    assert buyer.deliver(Letter(letter.wire, b"x" * 70_000, letter.headers)).status_code == 400
    assert fresh(order).status == "Pending payment"
    assert verdicts() == [("forged", 2), ("forged", 1), ("forged", 1)]
    # A forger cannot use up a true event's place either.
    assert buyer.deliver(letter).status_code == 204
    paid_once(order, shop["kettle"])


def test_a_replayed_notification_changes_nothing_and_is_counted(
    buyer: Buyer, shop: Any, provider: ProviderProcess, inbox: Inbox
) -> None:
    order, page = buyer.order(shop["kettle"])
    provider.type_card(page)
    (letter,) = inbox.wait(1)
    for _ in range(3):
        assert buyer.deliver(letter).status_code == 204
    paid_once(order, shop["kettle"])
    assert verdicts() == [("settled", 3)]


def test_a_notification_about_something_else_is_noted_only(
    buyer: Buyer, shop: Any, provider: ProviderProcess, inbox: Inbox, settings: Any
) -> None:
    order, page = buyer.order(shop["kettle"])
    provider.type_card(page)
    (letter,) = inbox.wait(1)
    with everything():
        Payment.objects.filter(order=order).update(reference="somebody-else's")
    assert buyer.deliver(letter).status_code == 204
    assert verdicts() == [("not_ours", 1)]
    assert fresh(order).status == "Pending payment"


def test_another_amount_than_asked_settles_nothing(
    buyer: Buyer, shop: Any, provider: ProviderProcess, inbox: Inbox
) -> None:
    order, page = buyer.order(shop["kettle"])
    provider.type_card(page)
    (letter,) = inbox.wait(1)
    with everything():
        Payment.objects.filter(order=order).update(cents=1)
    assert buyer.deliver(letter).status_code == 204
    assert verdicts() == [("mismatch", 1)]
    assert fresh(order).status == "Pending payment"


def test_a_provider_that_cannot_be_asked_is_asked_again(
    buyer: Buyer, shop: Any, provider: ProviderProcess, inbox: Inbox, settings: Any
) -> None:
    order, page = buyer.order(shop["kettle"])
    provider.type_card(page)
    (letter,) = inbox.wait(1)
    settings.PAYMENTS = settings.PAYMENTS | {"API": "http://127.0.0.1:9"}
    assert buyer.deliver(letter).status_code == 503
    assert verdicts() == [], "nothing is noted, so the repetition counts as new"
    settings.PAYMENTS = settings.PAYMENTS | {"API": provider.url}
    assert buyer.deliver(letter).status_code == 204
    paid_once(order, shop["kettle"])


def test_a_stranger_at_the_return_address_sees_nothing(
    buyer: Buyer, shop: Any, provider: ProviderProcess
) -> None:
    order, page = buyer.order(shop["kettle"])
    provider.type_card(page)
    answer = Caller().get(reverse("checkout:return", args=[order.number]))
    assert answer.status_code == 302 and answer.headers["Location"] == reverse("home")
    paid_once(order, shop["kettle"])
    assert Caller().get(reverse("checkout:return", args=["HH-NONE-NONE"])).status_code == 404


def test_the_shop_keeps_no_card_data(
    buyer: Buyer, shop: Any, provider: ProviderProcess, inbox: Inbox
) -> None:
    order, page = buyer.order(shop["kettle"])
    buyer.come_back(provider.type_card(page).away)
    names = {field.name for field in Payment._meta.get_fields() if field.concrete}
    assert names == {
        "id", "order", "attempt", "provider", "reference", "payment", "cents", "outcome",
        "started_at", "settled_at",
    }  # fmt: skip
    with everything():
        payment = Payment.objects.get(order=order)
    assert "4242" not in str(vars(payment))
    for file in provider.state.iterdir():
        assert b"4242424242424242" not in file.read_bytes(), "nor does the provider"


def test_one_page_of_the_provider_is_one_payment_though_its_number_is_sealed(
    buyer: Buyer, shop: Any
) -> None:
    order, _ = buyer.order(shop["kettle"])
    with everything():
        (first,) = Payment.objects.filter(order=order)
        second = {"order": order, "attempt": 2, "cents": first.cents, "reference": first.reference}
        with pytest.raises(IntegrityError), transaction.atomic():
            Payment.objects.create(provider=first.provider, **second)
        Payment.objects.create(provider="another", **second)
