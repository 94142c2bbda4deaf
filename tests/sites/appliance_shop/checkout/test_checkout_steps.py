"""Checkout asks for the mandatory items, each checked, and for nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from oscar.core.loading import get_model

from sites.appliance_shop.settlement.models import Payment
from tests.sites.appliance_shop.checkout.buyer import (
    ADDRESS,
    GUEST,
    Buyer,
    everything,
    fresh,
    latest_order,
    make_member,
    stock_of,
)
from tests.sites.provider_process import ProviderProcess

MOST = 25
"""Queries a page may cost."""


def orders() -> int:
    with everything():
        return get_model("order", "Order").objects.count()


@pytest.mark.parametrize(
    ("field", "given", "message"),
    [
        ("first_name", "", "This field is required."),
        ("last_name", "", "This field is required."),
        ("first_name", "M.", "Write the name in full, as on official papers."),
        ("last_name", " - ", "Write the name in full, as on official papers."),
        ("line1", "", "This field is required."),
        ("line4", "", "This field is required."),
        ("state", "", "This field is required."),
        ("postcode", "", "This field is required."),
        ("phone_number", "", "This field is required."),
        ("phone_number", "+44 20 7946 0018", "This is not a mobile number."),
    ],
)
def test_each_mandatory_item_is_asked_for(
    buyer: Buyer, shop: Any, field: str, given: str, message: str
) -> None:
    buyer.put_into_basket(shop["kettle"])
    buyer.say_who()
    page = buyer.say_where(**{field: given})
    assert page.status_code == 200
    assert page.context["form"].errors[field] == [message]
    assert f'id="id_{field}_error"' in page.content.decode()


def test_a_phone_number_must_be_one(buyer: Buyer, shop: Any) -> None:
    buyer.put_into_basket(shop["kettle"])
    buyer.say_who()
    page = buyer.say_where(phone_number="802")
    assert page.status_code == 200 and list(page.context["form"].errors) == ["phone_number"]


def test_the_email_is_asked_twice(buyer: Buyer, shop: Any) -> None:
    buyer.put_into_basket(shop["kettle"])
    page = buyer.post(
        reverse("checkout:index"), {"email": GUEST, "email_again": "other@post.example"}
    )
    assert page.context["form"].errors == {"email_again": ["The two addresses differ."]}


def test_checkout_does_not_tell_who_is_a_member(buyer: Buyer, shop: Any) -> None:
    make_member(GUEST)
    buyer.put_into_basket(shop["kettle"])
    assert buyer.say_who(GUEST).status_code == 302


def test_no_step_can_be_left_out(buyer: Buyer, shop: Any) -> None:
    for name in ("index", "shipping-address", "shipping-method", "preview"):
        answer = buyer.get(reverse(f"checkout:{name}"))
        assert answer.headers["Location"] == reverse("basket:summary"), name
    buyer.put_into_basket(shop["kettle"])
    assert buyer.get(reverse("checkout:shipping-address")).headers["Location"] == reverse(
        "checkout:index"
    )
    buyer.say_who()
    assert buyer.get(reverse("checkout:shipping-method")).headers["Location"] == reverse(
        "checkout:shipping-address"
    )
    buyer.say_where()
    assert buyer.get(reverse("checkout:preview")).headers["Location"] == reverse(
        "checkout:shipping-method"
    )
    answer = buyer.post(reverse("checkout:pay"), {"total": "56.90"})
    assert answer.headers["Location"] == reverse("checkout:shipping-method")
    assert orders() == 0


def test_the_review_shows_all_and_names_the_policies(buyer: Buyer, shop: Any) -> None:
    page = buyer.walk_to_review(shop["kettle"]).content.decode()
    for words in (
        "Marisol Quennell", "14 Tallow Lane", "Burlington, VT 05401", GUEST, "$49.00", "$7.90",
        "Order and pay $56.90", reverse("shipping-policy"), reverse("refund-policy"), "/privacy/",
    ):  # fmt: skip
        assert words in page, words
    assert "<script" not in page, "checkout works without scripts"


def test_delivery_is_free_from_75_dollars(buyer: Buyer, shop: Any) -> None:
    review = buyer.walk_to_review(shop["kettle"], 2)
    assert str(review.context["order_total"].incl_tax) == "98.00"


@pytest.mark.parametrize("wire", ["stripe", "connect"], indirect=True)
def test_the_order_stands_before_the_browser_leaves(buyer: Buyer, shop: Any) -> None:
    order, page = buyer.order(shop["kettle"], 2)
    assert (order.status, order.currency, str(order.total_incl_tax)) == (
        "Pending payment", "USD", "98.00",
    )  # fmt: skip
    with everything():
        order = get_model("order", "Order").objects.select_related("shipping_address").get()
        assert order.guest_email == GUEST
        address = order.shipping_address
        assert (address.first_name, address.last_name) == ("Marisol", "Quennell")
        assert str(address.phone_number) == "+18025550142"
        (payment,) = order.payments.all()
    assert (payment.outcome, payment.cents) == ("open", 9800)
    assert payment.reference and payment.reference in page
    assert stock_of(shop["kettle"]) == (5, 2)


def test_pressing_pay_twice_is_one_order_and_one_page(buyer: Buyer, shop: Any) -> None:
    review = buyer.walk_to_review(shop["kettle"])
    first, second = buyer.press_pay(review), buyer.press_pay(review)
    assert first.headers["Location"] == second.headers["Location"]
    assert orders() == 1
    assert stock_of(shop["kettle"]) == (5, 1)


def test_a_basket_that_changed_meanwhile_is_reviewed_again(buyer: Buyer, shop: Any) -> None:
    review = buyer.walk_to_review(shop["kettle"])
    buyer.put_into_basket(shop["cooker"])
    answer = buyer.press_pay(review)
    assert answer.headers["Location"] == reverse("checkout:preview")
    assert orders() == 0


def test_what_is_sold_out_meanwhile_is_not_ordered(buyer: Buyer, shop: Any) -> None:
    review = buyer.walk_to_review(shop["cooker"], 2)
    faster = Buyer()
    faster.order(shop["cooker"], 1, email="other@post.example")
    answer = buyer.press_pay(review)
    assert answer.headers["Location"] == reverse("basket:summary")
    assert orders() == 1
    assert stock_of(shop["cooker"]) == (2, 1)


def test_a_buyer_may_give_the_order_up(buyer: Buyer, shop: Any, provider: ProviderProcess) -> None:
    order, page = buyer.order(shop["kettle"])
    unpaid = buyer.come_back(provider.leave(page).away)
    assert "The payment is not finished" in unpaid.content.decode()
    answer = buyer.post(reverse("checkout:unpaid"), {"give_up": "1"})
    assert answer.headers["Location"] == reverse("basket:summary")
    assert fresh(order).status == "Cancelled"
    assert stock_of(shop["kettle"]) == (5, 0)
    assert "Kettle" in buyer.get(reverse("basket:summary")).content.decode()
    assert provider.type_card(page).status == 410, "the page is closed before the stock goes"


@pytest.mark.parametrize("wire", ["stripe", "connect"], indirect=True)
def test_a_buyer_may_try_again_after_leaving(
    buyer: Buyer, shop: Any, provider: ProviderProcess
) -> None:
    order, page = buyer.order(shop["kettle"])
    buyer.come_back(provider.leave(page).away)
    again = buyer.post(reverse("checkout:unpaid"), {"again": "1"}).headers["Location"]
    thanks = buyer.come_back(provider.type_card(again).away)
    assert "Thank you. Your order is paid." in thanks.content.decode()
    with everything():
        assert Payment.objects.filter(order=order, outcome="success").count() == 1


def test_a_provider_that_is_away_loses_nothing(
    buyer: Buyer, shop: Any, provider: ProviderProcess, settings: Any
) -> None:
    review = buyer.walk_to_review(shop["kettle"])
    settings.PAYMENTS = settings.PAYMENTS | {"API": "http://127.0.0.1:9"}
    answer = buyer.press_pay(review)
    assert answer.headers["Location"] == reverse("checkout:unpaid")
    assert "cannot be reached just now" in buyer.get(reverse("checkout:unpaid")).content.decode()
    order = latest_order()
    settings.PAYMENTS = settings.PAYMENTS | {"API": provider.url}
    page = buyer.post(reverse("checkout:unpaid"), {"again": "1"}).headers["Location"]
    buyer.come_back(provider.type_card(page).away)
    assert fresh(order).status == "Paid"


def test_a_member_picks_a_saved_address(buyer: Buyer, shop: Any) -> None:
    member = make_member()
    buyer.force_login(member)
    buyer.put_into_basket(shop["kettle"])
    assert buyer.get(reverse("checkout:index")).headers["Location"] == reverse(
        "checkout:shipping-address"
    )
    page = buyer.get(reverse("checkout:shipping-address")).content.decode()
    assert 'value="Odile"' in page and 'value="Ferrant"' in page
    buyer.say_where(keep="on")
    buyer.say_how()
    buyer.press_pay(buyer.get(reverse("checkout:preview")))
    order = latest_order()
    assert order.user_id == member.pk and order.guest_email == ""
    with everything():
        (saved,) = get_model("address", "UserAddress").objects.filter(user=member)
    buyer.put_into_basket(shop["kettle"])
    assert "14 Tallow Lane" in buyer.get(reverse("checkout:shipping-address")).content.decode()
    answer = buyer.post(reverse("checkout:shipping-address"), {"address_id": saved.pk})
    assert answer.headers["Location"] == reverse("checkout:shipping-method")


def test_another_members_saved_address_cannot_be_picked(buyer: Buyer, shop: Any) -> None:
    with everything():
        other = get_model("address", "UserAddress").objects.create(
            user=make_member("other@post.example"),
            country_id="US",
            **{k: v for k, v in ADDRESS.items() if k != "notes"},
        )
    buyer.force_login(make_member())
    buyer.put_into_basket(shop["kettle"])
    answer = buyer.post(reverse("checkout:shipping-address"), {"address_id": other.pk})
    assert answer.headers["Location"] == reverse("checkout:shipping-address")
    assert buyer.get(reverse("checkout:shipping-method")).status_code == 302


def test_card_numbers_are_refused_everywhere(buyer: Buyer, shop: Any) -> None:
    buyer.put_into_basket(shop["kettle"])
    buyer.say_who()
    number = "4242 4242 4242 4242"
    page = buyer.say_where(notes=f"my card {number}")
    assert page.status_code == 422
    assert "We do not take card numbers anywhere in this shop" in page.content.decode()
    assert number not in page.content.decode()
    assert buyer.get("/search/", {"q": number}).status_code == 422
    assert buyer.get(f"/contact/?{number}").status_code == 422
    assert buyer.get("/catalogue/4242424242424242/").status_code in (404, 422)
    assert buyer.post(
        "/theme/", data='{"x": "4242424242424242"}', content_type="application/json"
    ).status_code == 422  # fmt: skip
    assert buyer.get(reverse("checkout:shipping-method")).status_code == 302, "nothing was kept"


def test_the_providers_own_ids_are_no_cards(buyer: Buyer, shop: Any) -> None:
    ids = {"RETURNMAC": "f4242424242424242a", "hostedCheckoutId": "hc-4242424242424242"}
    assert buyer.get(reverse("checkout:return", args=["HH-NONE-NONE"]), ids).status_code == 404
    assert buyer.post(
        "/payments/notices/connect/",
        data='{"id": "4242424242424242"}',
        content_type="application/json",
    ).status_code == 400  # fmt: skip


def test_each_page_costs_few_queries(buyer: Buyer, shop: Any, provider: ProviderProcess) -> None:
    cache.clear()
    buyer.force_login(make_member())
    for product in shop.values():
        buyer.put_into_basket(product)
    buyer.say_where(keep="on")
    buyer.say_how()
    costs = {}
    for name in ("shipping-address", "shipping-method", "preview"):
        with CaptureQueriesContext(connection) as queries:
            assert buyer.get(reverse(f"checkout:{name}")).status_code == 200
        costs[name] = len(queries)
    page = buyer.press_pay(buyer.get(reverse("checkout:preview"))).headers["Location"]
    buyer.come_back(provider.type_card(page).away)
    number = latest_order().number
    for name, path in {
        "thank-you": reverse("checkout:thank-you"),
        "list": reverse("orders:list"),
        "detail": reverse("orders:detail", args=[number]),
    }.items():
        with CaptureQueriesContext(connection) as queries:
            assert buyer.get(path).status_code == 200
        costs[name] = len(queries)
    assert {name: cost for name, cost in costs.items() if cost > MOST} == {}, costs
