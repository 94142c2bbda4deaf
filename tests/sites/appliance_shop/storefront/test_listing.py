"""Filters, order and pages of product lists, all in the address."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.http import QueryDict
from django.test import Client

from sites.appliance_shop.storefront.listing import Choices, listing


def _titles(query: str) -> list[str]:
    return [card.title for card in listing(QueryDict(query)).cards]


def test_words_must_all_be_found() -> None:
    assert _titles("q=dawnby+sage") == ["Dawnby Kettle, Sage Green"]
    assert _titles("q=dawnby+nowhere") == []
    assert _titles("q=HH-0004") == ["Linnet Pouring Kettle, Copper"]


def test_a_price_range_keeps_its_ends() -> None:
    found = listing(QueryDict("from=549&to=699&sort=price"))
    prices = [card.price for card in found.cards]
    assert prices == sorted(prices)
    assert (prices[0], prices[-1]) == (Decimal("549.00"), Decimal("699.00"))


def test_finishes_are_counted_and_filter() -> None:
    found = listing(QueryDict("finish=Ember+red"))
    chosen = next(finish for finish in found.finishes if finish.chosen)
    assert (chosen.label, chosen.count) == ("Ember red", found.total)
    assert all(
        "Ember Red" in c.title or "Slow" in c.title or "Waffle" in c.title for c in found.cards
    )


def test_only_what_is_in_stock() -> None:
    sold_out = "Gridley Waffle Iron"
    assert sold_out in _titles("q=waffle")
    assert sold_out not in _titles("q=waffle&stock=1")


@pytest.mark.parametrize(
    ("order", "first"),
    [("-price", "Emberline Range Cooker, Midnight Blue"), ("name", "Alcove Under-Counter Fridge")],
)
def test_orders(order: str, first: str) -> None:
    assert _titles(f"sort={order}")[0] == first


@pytest.mark.parametrize("given", ["page=0", "page=99", "page=x", "page=-1"])
def test_a_page_that_does_not_exist_gives_the_nearest(given: str) -> None:
    assert listing(QueryDict(given)).page.number in (1, 4)


@pytest.mark.parametrize(
    "given", ["from=x", "from=-5", "to=NaN", "to=1e99", "sort=rating;drop", "from=Infinity"]
)
def test_nonsense_is_left_out(given: str) -> None:
    assert Choices.read(QueryDict(given)) == Choices()


def test_pages_keep_the_filters(visitor: Client) -> None:
    text = visitor.get("/catalogue/?sort=price&stock=1").content.decode()
    assert "?sort=price&amp;stock=1&amp;page=2" in text
