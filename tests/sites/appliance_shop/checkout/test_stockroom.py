"""The catalogue desk edits goods, and nothing about people."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from tests.sites.appliance_shop.checkout.buyer import Buyer, fresh, stock_of


def form(**changed: str) -> dict[str, str]:
    return {
        "product-title": "Kettle, tall",
        "product-description": "Boils.",
        "product-is_public": "on",
        "stock-price": "59.00",
        "stock-num_in_stock": "7",
    } | changed


def test_a_product_is_edited(shop: Any, desk: Any) -> None:
    staff = desk("catalogue")
    assert "Kettle" in staff.get(reverse("stockroom:list"), {"q": "kett"}).content.decode()
    place = reverse("stockroom:product", args=[shop["kettle"].pk])
    assert staff.get(place).status_code == 200
    assert staff.post(place, form()).status_code == 302
    assert fresh(shop["kettle"]).title == "Kettle, tall"
    assert stock_of(shop["kettle"]) == (7, 0)


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("stock-price", "-1"),
        ("stock-price", ""),
        ("stock-num_in_stock", "x"),
        ("product-title", ""),
    ],
)
def test_wrong_input_is_refused(shop: Any, desk: Any, field: str, given: str) -> None:
    place = reverse("stockroom:product", args=[shop["kettle"].pk])
    assert desk("catalogue").post(place, form(**{field: given})).status_code == 200
    assert fresh(shop["kettle"]).title == "Kettle"


def test_pieces_kept_for_orders_cannot_be_taken_away(buyer: Buyer, shop: Any, desk: Any) -> None:
    buyer.order(shop["kettle"], 2)
    place = reverse("stockroom:product", args=[shop["kettle"].pk])
    page = desk("catalogue").post(place, form(**{"stock-num_in_stock": "1"}))
    assert page.context["stock"].errors == {"num_in_stock": ["2 pieces are kept for orders."]}


def test_other_posts_do_not_get_in(shop: Any, desk: Any) -> None:
    assert desk("marketing").get(reverse("stockroom:list")).status_code == 403
