"""Nobody comes back: open payments are settled, unpaid orders given up, late money handled."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from django.test import TestCase

from sites.appliance_shop.orders import stock
from sites.appliance_shop.servicemail.models import QueuedMail
from sites.appliance_shop.servicemail.queue import send_waiting
from sites.appliance_shop.settlement import refunds
from sites.appliance_shop.settlement.models import Payment, Refund
from sites.appliance_shop.settlement.sweep import sweep
from tests.sites.appliance_shop.checkout.buyer import Buyer, everything, fresh, stock_of
from tests.sites.provider_process import Inbox, ProviderProcess

pytestmark = pytest.mark.parametrize("wire", ["stripe", "connect"], indirect=True)
AT_ONCE = timedelta(0)


def sweep_now(patience: timedelta = AT_ONCE) -> dict[str, int]:
    with TestCase.captureOnCommitCallbacks(execute=True):
        return sweep(patience)


def test_a_paid_order_that_nobody_reported_is_settled(
    buyer: Buyer, shop: Any, provider: ProviderProcess
) -> None:
    order, page = buyer.order(shop["kettle"])
    provider.type_card(page)
    sweep_now()
    assert fresh(order).status == "Paid"
    assert [m.subject for m in mail.outbox] == [f"Your order {order.number} is paid"]
    assert sweep_now()["given_up"] == 0
    assert len(mail.outbox) == 1


def test_an_unpaid_order_is_given_up_and_its_pieces_let_go(
    buyer: Buyer, shop: Any, provider: ProviderProcess
) -> None:
    order, page = buyer.order(shop["kettle"])
    assert sweep_now(timedelta(minutes=35))["given_up"] == 0, "it is young"
    assert sweep_now()["given_up"] == 1
    assert fresh(order).status == "Cancelled"
    assert stock_of(shop["kettle"]) == (5, 0)
    assert [m.subject for m in mail.outbox] == [f"Your order {order.number} was cancelled"]
    assert provider.type_card(page).status == 410
    assert sweep_now()["given_up"] == 0


def test_death_before_the_page_was_opened(buyer: Buyer, shop: Any) -> None:
    order, _ = buyer.order(shop["kettle"])
    with everything():
        Payment.objects.filter(order=order).update(reference="")
    assert sweep_now()["given_up"] == 1
    assert fresh(order).status == "Cancelled"


def test_death_after_the_page_was_opened_but_not_noted(
    buyer: Buyer, shop: Any, provider: ProviderProcess, inbox: Inbox
) -> None:
    order, page = buyer.order(shop["kettle"])
    with everything():
        Payment.objects.filter(order=order).update(reference="")
    provider.type_card(page)
    assert sweep_now()["given_up"] == 0
    assert fresh(order).status == "Paid"
    assert buyer.deliver(inbox.wait(1)[0]).status_code == 204
    with everything():
        assert Payment.objects.filter(order=order, outcome="success").count() == 1


def test_the_notification_finds_a_page_that_was_not_noted(
    buyer: Buyer, shop: Any, provider: ProviderProcess, inbox: Inbox
) -> None:
    order, page = buyer.order(shop["kettle"])
    with everything():
        Payment.objects.filter(order=order).update(reference="")
    provider.type_card(page)
    assert buyer.deliver(inbox.wait(1)[0]).status_code == 204
    assert fresh(order).status == "Paid"


def _give_up_behind_the_providers_back(order: Any) -> None:
    """Leave the order cancelled while the page stays open, as a lost message could."""
    with everything(), transaction.atomic():
        stock.release(order)
        type(order).objects.filter(pk=order.pk).update(status="Cancelled")


def test_money_for_a_given_up_order_revives_it(
    buyer: Buyer, shop: Any, provider: ProviderProcess, inbox: Inbox
) -> None:
    order, page = buyer.order(shop["kettle"])
    _give_up_behind_the_providers_back(order)
    provider.type_card(page)
    buyer.deliver(inbox.wait(1)[0])
    assert fresh(order).status == "Paid"
    assert stock_of(shop["kettle"]) == (5, 1)


def test_money_for_a_sold_out_order_goes_back(
    buyer: Buyer, shop: Any, provider: ProviderProcess, inbox: Inbox
) -> None:
    order, page = buyer.order(shop["cooker"], 2)
    _give_up_behind_the_providers_back(order)
    Buyer().order(shop["cooker"], 1, email="faster@post.example")
    provider.type_card(page)
    buyer.deliver(inbox.wait(1)[0])
    assert fresh(order).status == "Cancelled"
    with everything():
        (refund,) = Refund.objects.all()
    assert (refund.outcome, refund.cents) == ("success", int(order.total_incl_tax * 100))
    assert [m.subject for m in mail.outbox] == [f"Your payment for order {order.number} goes back"]


def test_a_second_payment_goes_back(
    buyer: Buyer, shop: Any, provider: ProviderProcess, inbox: Inbox
) -> None:
    order, page = buyer.order(shop["kettle"])
    with everything():
        first = Payment.objects.get(order=order)
        Payment.objects.filter(pk=first.pk).update(outcome="failure")
    again = buyer.post("/checkout/unpaid/", {"again": "1"}).headers["Location"]
    assert again != page
    buyer.come_back(provider.type_card(again).away)
    provider.type_card(page)
    buyer.deliver(inbox.wait(2)[1])
    assert fresh(order).status == "Paid"
    with everything():
        (refund,) = Refund.objects.all()
        assert refund.payment_id == first.pk and refund.outcome == "success"


def test_a_refund_that_could_not_be_carried_out_is_tried_again(
    buyer: Buyer, shop: Any, provider: ProviderProcess, inbox: Inbox, settings: Any
) -> None:
    order, page = buyer.order(shop["cooker"], 2)
    _give_up_behind_the_providers_back(order)
    Buyer().order(shop["cooker"], 1, email="faster@post.example")
    provider.type_card(page)
    (letter,) = inbox.wait(1)
    original, refunds.carry_out = refunds.carry_out, lambda pk: None  # the process dies here
    try:
        buyer.deliver(letter)
    finally:
        refunds.carry_out = original
    with everything():
        assert Refund.objects.get().outcome == "open"
    assert sweep_now()["refunds"] == 1
    assert sweep_now()["refunds"] == 0
    with everything():
        assert Refund.objects.get().outcome == "success"


def test_a_mail_that_could_not_be_sent_waits(
    buyer: Buyer, shop: Any, provider: ProviderProcess, settings: Any
) -> None:
    order, page = buyer.order(shop["kettle"])
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    buyer.come_back(provider.type_card(page).away)
    assert fresh(order).status == "Paid"
    with everything():
        assert QueuedMail.objects.get().sent_at is None
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert send_waiting() == 1
    assert send_waiting() == 0
    assert len(mail.outbox) == 1
