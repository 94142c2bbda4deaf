"""What a page costs: at most 25 queries, the same for one line in the basket or four."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.sites.appliance_shop.storefront.goods import product, put

BUDGET = 25
GOODS = (
    "Dawnby Kettle, Cream",
    "Tumble Stand Mixer, Cream",
    "Breeze Desk Fan, Sage Green",
    "Early Riser Bundle",
)
PAGES = (
    "home",
    "everything",
    "category",
    "filtered",
    "search",
    "product",
    "bundle",
    "basket",
    "register",
)
ADDRESS = {
    "first_name": "Wilma",
    "last_name": "Yarrow",
    "line1": "5 Kiln Road",
    "line4": "Foxbridge",
    "state": "VT",
    "postcode": "05401",
    "phone_number": "+1 802 555 0142",
}


def _path(page: str) -> str:
    if page in ("product", "bundle"):
        return str(product(GOODS[0 if page == "product" else 3]).get_absolute_url())
    if page == "category":
        return str(product(GOODS[0]).categories.get().get_absolute_url())
    return {
        "home": "/",
        "everything": reverse("catalogue:index"),
        "filtered": reverse("catalogue:index") + "?finish=Cream&sort=price&stock=1&from=50&to=900",
        "search": reverse("search:search") + "?q=kettle",
        "basket": reverse("basket:summary"),
        "register": reverse("customer:register"),
    }[page]


def _cost(client: Client, path: str) -> int:
    """Return the queries of a second visit: the first one fills the category cache."""
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(path)
    assert answer.status_code in (200, 302), f"{path}: {answer.status_code}"
    return len(queries)


@pytest.mark.parametrize("page", PAGES)
def test_a_visitor_stays_within_the_budget(visitor: Client, page: str) -> None:
    assert _cost(visitor, _path(page)) <= BUDGET


@pytest.mark.parametrize("page", PAGES)
def test_a_visitor_with_a_basket_stays_within_the_budget(visitor: Client, page: str) -> None:
    put(visitor, *GOODS)
    assert _cost(visitor, _path(page)) <= BUDGET


@pytest.mark.parametrize("page", PAGES)
def test_a_member_with_a_basket_stays_within_the_budget(member: Client, page: str) -> None:
    put(member, *GOODS)
    assert _cost(member, _path(page)) <= BUDGET


def test_the_first_visit_after_a_start_stays_within_the_budget(visitor: Client) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert visitor.get("/").status_code == 200
    assert len(queries) <= BUDGET


def test_checkout_stays_within_the_budget(member: Client) -> None:
    put(member, *GOODS)
    costs = {"delivery": _cost(member, reverse("checkout:shipping-address"))}
    assert member.post(reverse("checkout:shipping-address"), ADDRESS).status_code == 302
    costs["method"] = _cost(member, reverse("checkout:shipping-method"))
    sent = member.post(reverse("checkout:shipping-method"), {"method_code": "standard"})
    assert sent.status_code == 302
    costs["review"] = _cost(member, reverse("checkout:preview"))
    assert {step: cost for step, cost in costs.items() if cost > BUDGET} == {}


def test_a_guests_checkout_stays_within_the_budget(visitor: Client) -> None:
    put(visitor, *GOODS)
    assert _cost(visitor, reverse("checkout:index")) <= BUDGET


def test_the_basket_costs_the_same_whatever_lies_in_it(visitor: Client) -> None:
    put(visitor, *GOODS[:2])
    before = _cost(visitor, _path("basket"))
    put(visitor, "Bramble Counter-Top Oven", "Mull Burr Grinder", "Alcove Under-Counter Fridge")
    assert _cost(visitor, _path("basket")) == before


def test_a_list_costs_the_same_whatever_its_length(visitor: Client) -> None:
    full = _cost(visitor, reverse("catalogue:index"))
    short = _cost(visitor, reverse("catalogue:index") + "?from=2000")
    assert full == short
