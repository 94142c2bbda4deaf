"""Visits of the shop: which of its pages are counted, under which names, and who reads of it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from sites.appliance_shop.probes.shopper import Shopper
from sites.appliance_shop.probes.stage import make_product
from upheld.browser.visits.buffer import apart
from upheld.browser.visits.seen import Seen
from upheld.proving.visitor import AGENT

pytestmark = pytest.mark.django_db


def seen_by(shopper: Shopper, *paths: str) -> list[Seen]:
    with apart() as seen:
        for path in paths:
            shopper.get(path)
    return seen


@pytest.fixture
def shopper() -> Shopper:
    return Shopper(HTTP_USER_AGENT=AGENT, REMOTE_ADDR="202.93.208.1", HTTP_ACCEPT_LANGUAGE="en")


def test_goods_are_counted_by_their_name_and_not_their_number(shopper: Shopper) -> None:
    product = make_product()
    (seen,) = seen_by(shopper, product.get_absolute_url())
    assert seen.page == f"catalogue:detail {product.slug}"
    assert str(product.pk) not in seen.page.removeprefix(f"catalogue:detail {product.slug}")


def test_only_what_the_notice_names_is_stored(shopper: Shopper) -> None:
    shopper.defaults["HTTP_REFERER"] = "https://search.example/?q=kettle"
    (seen,) = seen_by(shopper, "/")
    assert (seen.page, seen.country, seen.device) == ("home", "BN", "desktop")
    assert (seen.referrer, seen.language) == ("", "")


def test_the_till_and_what_is_behind_it_are_not_counted(shopper: Shopper) -> None:
    shopper.fill_basket(make_product())
    assert shopper.get(reverse("checkout:index")).status_code == 200
    assert seen_by(shopper, reverse("checkout:index"), reverse("customer:login")) == []


def test_a_page_brings_its_script_from_the_shop_alone(shopper: Shopper) -> None:
    answer = shopper.get("/")
    assert b'<script src="/static/upheld/visits/beacon.js" data-visit="' in answer.content
    assert answer.cookies["hh_visit"]["httponly"]
    assert int(answer.cookies["hh_visit"]["max-age"]) <= 86_400
