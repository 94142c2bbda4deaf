"""Returns: the buyer asks, the desk answers, the provider gives back, a mail for each state."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core import mail
from django.test import TestCase
from django.urls import reverse

from sites.appliance_shop.aftersales.models import ReturnCase
from sites.appliance_shop.dispatch.sending import Label, send_out
from sites.appliance_shop.settlement.models import Refund
from tests.sites.appliance_shop.checkout.buyer import (
    Buyer,
    Caller,
    everything,
    fresh,
    make_member,
)
from tests.sites.provider_process import ProviderProcess


@pytest.fixture
def sent(buyer: Buyer, shop: Any, provider: ProviderProcess) -> Any:
    """A member's order of two kettles, paid and sent."""
    buyer.force_login(make_member())
    order, page = buyer.order(shop["kettle"], 2)
    buyer.come_back(provider.type_card(page).away)
    with everything(), TestCase.captureOnCommitCallbacks(execute=True):
        send_out(
            fresh(order),
            Label("Northway Parcels", "NW-1-2345", date(2027, 1, 4), date(2027, 1, 6)),
        )
    mail.outbox.clear()
    return order


def ask(buyer: Caller, order: Any, quantity: int = 1, **changed: str) -> Any:
    with everything():
        line = order.lines.get()
    form = {f"line-{line.pk}": str(quantity), "reason": "faulty", "words": "It hums."}
    return buyer.post(reverse("returns:ask", args=[order.number]), form | changed)


def case_of(order: Any) -> ReturnCase:
    with everything():
        return ReturnCase.objects.get(order=order)


def subjects() -> list[str]:
    return [message.subject for message in mail.outbox]


@pytest.mark.parametrize("wire", ["stripe", "connect"], indirect=True)
def test_the_whole_way_of_a_return(buyer: Buyer, sent: Any, desk: Any) -> None:
    assert ask(buyer, sent).status_code == 302
    case = case_of(sent)
    staff = desk("after_sales")
    place = reverse("aftersales:case", args=[case.pk])
    assert f"Return {case.pk}" in staff.get(reverse("aftersales:list")).content.decode()
    page = staff.get(place).content.decode()
    assert "It hums." in page and "1 of 2 × Kettle" in page and sent.number in page
    for hidden in ("14 Tallow Lane", "05401", "8025550142", "555 0142"):
        assert hidden not in page, "after-sales sees cases, not delivery addresses"
    assert staff.post(place, {"accept": "1", "answer": "Use the old box."}).status_code == 302
    assert staff.post(place, {"receive": "1"}).status_code == 302
    page = staff.get(place).content.decode()
    assert 'value="49.00"' in page, "what the piece was paid with is proposed"
    assert staff.post(place, {"refund": "1", "amount": "49.00"}).status_code == 302
    assert case_of(sent).state == "refunded" and case_of(sent).closed_at
    with everything():
        refund = Refund.objects.get()
        assert (refund.cents, refund.outcome) == (4900, "success") and refund.reference
    number = sent.number
    assert subjects() == [
        f"We have your return request for order {number}",
        f"Your return for order {number} is confirmed",
        f"Your return for order {number} has arrived",
        f"Your refund for order {number} is paid",
    ]
    assert {to for message in mail.outbox for to in message.to} == {"odile.ferrant@post.example"}
    assert "Use the old box." in mail.outbox[1].body
    assert "$49.00 (US dollars)" in mail.outbox[3].body
    assert fresh(sent).status == "Dispatched", "one of two pieces stays with the buyer"
    page = buyer.get(reverse("orders:detail", args=[number])).content.decode()
    assert "$49.00 given back" in page and "Use the old box." in page


def test_a_full_refund_closes_the_order(buyer: Buyer, sent: Any, desk: Any) -> None:
    ask(buyer, sent, 2)
    staff, place = desk("after_sales"), reverse("aftersales:case", args=[case_of(sent).pk])
    staff.post(place, {"accept": "1"})
    staff.post(place, {"receive": "1"})
    staff.post(place, {"refund": "1", "amount": "98.00"})
    assert fresh(sent).status == "Refunded"


def test_a_refusal_needs_a_reason(buyer: Buyer, sent: Any, desk: Any) -> None:
    ask(buyer, sent)
    staff, place = desk("after_sales"), reverse("aftersales:case", args=[case_of(sent).pk])
    page = staff.post(place, {"refuse": "1", "answer": " "})
    assert page.context["answer"].errors == {"answer": ["Tell the buyer why."]}
    staff.post(place, {"refuse": "1", "answer": "The guarantee covers no scratches."})
    assert case_of(sent).state == "refused"
    assert "The guarantee covers no scratches." in mail.outbox[-1].body


def test_a_refund_the_provider_fails_can_be_tried_again(
    buyer: Buyer, sent: Any, desk: Any, provider: ProviderProcess
) -> None:
    ask(buyer, sent)
    staff, place = desk("after_sales"), reverse("aftersales:case", args=[case_of(sent).pk])
    staff.post(place, {"accept": "1"})
    staff.post(place, {"receive": "1"})
    provider.control("fail-refunds", on=True)
    staff.post(place, {"refund": "1", "amount": "49.00"})
    assert case_of(sent).state == "received"
    assert subjects()[-1] == f"Your refund for order {sent.number} is delayed"
    provider.control("fail-refunds", on=False)
    staff.post(place, {"refund": "1", "amount": "49.00"})
    assert case_of(sent).state == "refunded"


def test_no_more_goes_back_than_was_paid(buyer: Buyer, sent: Any, desk: Any) -> None:
    ask(buyer, sent)
    staff, place = desk("after_sales"), reverse("aftersales:case", args=[case_of(sent).pk])
    staff.post(place, {"accept": "1"})
    staff.post(place, {"receive": "1"})
    page = staff.post(place, {"refund": "1", "amount": "98.01"})
    assert page.context["refund"].errors == {
        "amount": ["This is more than what is left of the payment."]
    }
    assert case_of(sent).state == "received"
    with everything():
        assert not Refund.objects.exists()


def test_answers_hold_for_their_state_only(buyer: Buyer, sent: Any, desk: Any) -> None:
    ask(buyer, sent)
    staff, place = desk("after_sales"), reverse("aftersales:case", args=[case_of(sent).pk])
    for wrong in ({"receive": "1"}, {"refund": "1", "amount": "1.00"}):
        page = staff.post(place, wrong).content.decode()
        assert "Somebody was faster: this case is `Asked for`." in page.replace("&#x60;", "`")
    assert case_of(sent).state == "asked"
    with everything():
        assert not Refund.objects.exists()


def test_what_is_asked_must_fit_the_order(buyer: Buyer, sent: Any) -> None:
    page = ask(buyer, sent, 0)
    assert "Choose what you send back" in page.content.decode()
    assert ask(buyer, sent, 3).status_code == 200
    assert ask(buyer, sent, 1).status_code == 302
    page = ask(buyer, sent, 1)
    assert "There is an open return for this order already." in page.content.decode()


def test_card_numbers_in_a_request_are_refused(buyer: Buyer, sent: Any) -> None:
    assert ask(buyer, sent, words="refund to 5555 5555 5555 4444").status_code == 422
    with everything():
        assert not ReturnCase.objects.exists()


def test_an_order_that_was_not_sent_cannot_come_back(
    buyer: Buyer, shop: Any, provider: ProviderProcess
) -> None:
    buyer.force_login(make_member())
    order, page = buyer.order(shop["kettle"])
    buyer.come_back(provider.type_card(page).away)
    assert "Only an order that was sent can come back." in ask(buyer, order).content.decode()


@pytest.mark.parametrize("post", ["dispatch", "marketing", "catalogue"])
def test_other_posts_do_not_get_in(buyer: Buyer, sent: Any, desk: Any, post: str) -> None:
    ask(buyer, sent)
    staff = desk(post)
    for address in ("/desk/returns/", f"/desk/returns/{case_of(sent).pk}/"):
        assert staff.get(address).status_code == 403


def test_another_member_sees_nothing_of_it(buyer: Buyer, sent: Any) -> None:
    other = Buyer()
    other.force_login(make_member("nosy@post.example"))
    number = sent.number
    for name in ("orders:detail", "orders:details", "returns:ask"):
        assert other.get(reverse(name, args=[number])).status_code == 404, name
    assert other.post(reverse("orders:pay", args=[number])).status_code == 404
    assert number not in other.get(reverse("orders:list")).content.decode()
