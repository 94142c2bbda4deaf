"""The dispatch desk: open orders only, refused while a mandatory item lacks, one mail out."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from oscar.core.loading import get_model

from tests.sites.appliance_shop.checkout.buyer import (
    ADDRESS,
    Buyer,
    Caller,
    everything,
    fresh,
    make_member,
    stock_of,
)
from tests.sites.provider_process import ProviderProcess


@pytest.fixture
def paid(buyer: Buyer, shop: Any, provider: ProviderProcess) -> Any:
    """A paid guest order of one kettle."""
    order, page = buyer.order(shop["kettle"])
    buyer.come_back(provider.type_card(page).away)
    mail.outbox.clear()
    return order


def label(**changed: str) -> dict[str, str]:
    first = timezone.localdate() + timedelta(days=2)
    return {
        "carrier": "Northway Parcels",
        "tracking_number": "NW-55310-8841",
        "expected_from": first.isoformat(),
        "expected_to": (first + timedelta(days=2)).isoformat(),
    } | changed


def path(order: Any) -> str:
    return reverse("dispatch:order", args=[order.number])


def test_an_open_order_is_sent_and_the_buyer_mailed(paid: Any, shop: Any, desk: Any) -> None:
    staff = desk("dispatch")
    assert paid.number in staff.get(reverse("dispatch:list")).content.decode()
    page = staff.get(path(paid)).content.decode()
    for words in ("Marisol Quennell", "14 Tallow Lane", "+18025550142", "1 × Kettle"):
        assert words in page, words
    assert "marisol.quennell@post.example" not in page, "the desk needs no e-mail address"
    assert staff.post(path(paid), label()).status_code == 302
    assert fresh(paid).status == "Dispatched"
    assert stock_of(shop["kettle"]) == (4, 0)
    (message,) = mail.outbox
    assert message.to == ["marisol.quennell@post.example"]
    assert message.subject == f"Your order {paid.number} is on its way"
    days = label()
    for body in (message.body, message.alternatives[0][0]):
        assert "NW-55310-8841" in body and "Northway Parcels" in body
        for day in (days["expected_from"], days["expected_to"]):
            shown = date.fromisoformat(day)
            assert f"{shown.day} {shown:%B %Y}" in body
        assert "$56.90" in body and "US dollars" in body


def test_an_order_that_left_is_no_longer_shown(paid: Any, desk: Any) -> None:
    staff = desk("dispatch")
    staff.post(path(paid), label())
    assert f"Order {paid.number} is sent" in staff.get(reverse("dispatch:list")).content.decode()
    assert paid.number not in staff.get(reverse("dispatch:list")).content.decode()
    assert staff.get(path(paid)).status_code == 404
    assert staff.post(path(paid), label()).status_code == 404
    assert len(mail.outbox) == 1


def test_an_unpaid_order_is_not_shown(buyer: Buyer, shop: Any, desk: Any) -> None:
    order, _ = buyer.order(shop["kettle"])
    assert desk("dispatch").get(path(order)).status_code == 404


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"phone_number": ""}, "mobile number"),
        ({"first_name": ""}, "full legal name"),
        ({"line1": ""}, "delivery address"),
        ({"postcode": ""}, "delivery address"),
    ],
)
def test_dispatch_is_refused_while_something_lacks(
    paid: Any, desk: Any, change: dict[str, str], words: str
) -> None:
    with everything():
        get_model("order", "ShippingAddress").objects.update(**change)
    answer = desk("dispatch").post(path(paid), label())
    assert answer.status_code == 409
    assert f"This order cannot be sent: {words} missing." in answer.content.decode()
    assert fresh(paid).status == "Paid"
    (message,) = mail.outbox
    assert message.subject == f"Your order {paid.number} waits for a detail"
    assert words in message.body and "Shipping Policy" in message.body


def test_dispatch_is_refused_without_an_email(paid: Any, desk: Any) -> None:
    with everything():
        get_model("order", "Order").objects.update(guest_email="")
    answer = desk("dispatch").post(path(paid), label())
    assert answer.status_code == 404  # nobody knows whose it is, so it is out of sight
    assert mail.outbox == []


def test_dispatch_is_refused_without_a_payment(paid: Any, desk: Any) -> None:
    with everything():
        paid.payments.update(outcome="failure")
    answer = desk("dispatch").post(path(paid), label())
    assert answer.status_code == 409 and "payment missing" in answer.content.decode()


def test_the_buyer_adds_what_lacks_and_the_order_goes_out(paid: Any, desk: Any) -> None:
    with everything():
        get_model("order", "ShippingAddress").objects.update(phone_number="")
    staff = desk("dispatch")
    staff.post(path(paid), label())
    link = next(part for part in mail.outbox[0].body.split() if "/orders/" in part)
    guest = Caller()
    form = link.split("testserver")[1] + "details/"
    assert guest.get(form).status_code == 200
    assert guest.post(form, ADDRESS).status_code == 302
    assert staff.post(path(paid), label()).status_code == 302
    assert fresh(paid).status == "Dispatched"
    assert guest.post(form, ADDRESS | {"line1": "9 Late Street"}).status_code == 302
    with everything():
        assert get_model("order", "ShippingAddress").objects.get().line1 == "14 Tallow Lane"


@pytest.mark.parametrize(
    ("field", "given", "message"),
    [
        ("tracking_number", "x", "Letters, digits and hyphens only."),
        ("expected_from", "2020-01-01", "This day is over."),
        ("expected_to", "2020-01-01", "The last day is before the first."),
        (
            "carrier",
            "Somebody",
            "Select a valid choice. Somebody is not one of the available choices.",
        ),
    ],
)
def test_the_label_is_checked(paid: Any, desk: Any, field: str, given: str, message: str) -> None:
    answer = desk("dispatch").post(path(paid), label(**{field: given}))
    assert answer.context["form"].errors[field] == [message]
    assert fresh(paid).status == "Paid"


def test_a_long_tracking_number_is_no_card(paid: Any, desk: Any) -> None:
    assert (
        desk("dispatch").post(path(paid), label(tracking_number="4242424242424242")).status_code
        == 302
    )


@pytest.mark.parametrize("post", ["after_sales", "marketing", "catalogue"])
def test_other_posts_do_not_get_in(paid: Any, desk: Any, post: str) -> None:
    staff = desk(post)
    for address in (reverse("dispatch:list"), path(paid)):
        answer = staff.get(address)
        assert answer.status_code == 403
        assert "Marisol" not in answer.content.decode()


def test_people_without_a_post_do_not_get_in(paid: Any) -> None:
    assert Caller().get(path(paid)).status_code == 302, "to the sign-in page"
    member = Caller()
    member.force_login(make_member())
    assert member.get(path(paid)).status_code == 403
    assert member.get(reverse("desk:home")).status_code == 403


def test_staff_see_the_desks_of_their_posts(shop: Any, desk: Any) -> None:
    page = desk("dispatch").get(reverse("desk:home")).content.decode()
    assert reverse("dispatch:list") in page and reverse("aftersales:list") not in page
    page = desk("marketing").get(reverse("desk:home")).content.decode()
    assert reverse("dispatch:list") not in page


def test_oscars_dashboard_leads_to_the_desks(shop: Any, desk: Any) -> None:
    staff = desk("dispatch")
    for address in ("/dashboard/", "/dashboard/orders/", "/dashboard/users/"):
        assert staff.get(address).headers["Location"] == reverse("desk:home")


def test_the_desk_costs_few_queries(paid: Any, desk: Any) -> None:
    staff = desk("dispatch")
    for address in (reverse("dispatch:list"), path(paid), reverse("desk:home")):
        with CaptureQueriesContext(connection) as queries:
            assert staff.get(address).status_code == 200
        assert len(queries) <= 25, address
