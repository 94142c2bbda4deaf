"""Lists of products: filters, order, pages. The address holds every choice, so links work."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Q, QuerySet
from django.http import QueryDict
from oscar.core.loading import get_model

from sites.appliance_shop.storefront.cards import Card, cards, on_sale

ORDERS: Final[dict[str, tuple[str, tuple[Any, ...]]]] = {
    "": ("Our picks first", ("-priority", "title")),
    "price": ("Price, low to high", (F("stockrecords__price").asc(nulls_last=True), "title")),
    "-price": ("Price, high to low", (F("stockrecords__price").desc(nulls_last=True), "title")),
    "new": ("Newest first", ("-date_created", "-pk")),
    "name": ("Name, A to Z", ("title",)),
}
"""Order id -> (what it is called, the database's order)."""

MAX_WORDS: Final = 6


@dataclass(frozen=True, slots=True)
class Choices:
    """What a visitor chose, read from the query string; what makes no sense is left out."""

    low: Decimal | None = None
    high: Decimal | None = None
    finishes: tuple[str, ...] = ()
    in_stock: bool = False
    order: str = ""
    words: str = ""

    @classmethod
    def read(cls, query: QueryDict) -> Choices:
        """Read the query string of a list."""
        order = query.get("sort", "")
        return cls(
            low=_amount(query.get("from", "")),
            high=_amount(query.get("to", "")),
            finishes=tuple(sorted(set(query.getlist("finish"))))[:20],
            in_stock=query.get("stock") == "1",
            order=order if order in ORDERS else "",
            words=" ".join(query.get("q", "").split())[:80],
        )

    @property
    def narrowed(self) -> bool:
        """A filter is set, beside words and order."""
        return bool(self.low or self.high or self.finishes or self.in_stock)


@dataclass(frozen=True, slots=True)
class FinishChoice:
    """One finish to filter by, with how many products of the list come in it."""

    label: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of products with all that its controls show."""

    choices: Choices
    page: Page[Any]
    cards: list[Card]
    finishes: list[FinishChoice]
    orders: list[tuple[str, str]]
    total: int


def listing(query: QueryDict, within: Q | None = None) -> Listing:
    """Return the page of products that `query` asks for, `within` e.g. a category.

    Six queries at most, whatever the number of products. A page number that does not exist
    gives the nearest page.
    """
    choices = Choices.read(query)
    whole = on_sale().filter(within or Q()).filter(_with_words(choices.words))
    narrowed = _narrow(whole, choices).order_by(*ORDERS[choices.order][1])
    page = Paginator(narrowed, settings.OSCAR_PRODUCTS_PER_PAGE).get_page(query.get("page"))
    return Listing(
        choices=choices,
        page=page,
        cards=cards(page.object_list),
        finishes=_finishes(whole, choices),
        orders=[(key, title) for key, (title, _) in ORDERS.items()],
        total=page.paginator.count,
    )


def _amount(text: str) -> Decimal | None:
    try:
        value = Decimal(text.strip().lstrip("$"))
    except InvalidOperation:
        return None
    return value if value.is_finite() and 0 < value < 1_000_000 else None


def _with_words(words: str) -> Q:
    """Every word must be found somewhere in the product, its category or its finish."""
    found = Q()
    for word in words.split()[:MAX_WORDS]:
        found &= (
            Q(title__icontains=word)
            | Q(meta_description__icontains=word)
            | Q(description__icontains=word)
            | Q(upc__iexact=word)
        )
    return found


def _narrow(products: QuerySet[Any], choices: Choices) -> QuerySet[Any]:
    if choices.low is not None:
        products = products.filter(stockrecords__price__gte=choices.low)
    if choices.high is not None:
        products = products.filter(stockrecords__price__lte=choices.high)
    if choices.in_stock:
        products = products.filter(
            Q(stockrecords__num_allocated=None, stockrecords__num_in_stock__gt=0)
            | Q(stockrecords__num_in_stock__gt=F("stockrecords__num_allocated"))
        )
    if choices.finishes:
        products = products.filter(
            attribute_values__attribute__code="finish",
            attribute_values__value_text__in=choices.finishes,
        )
    return products


def _finishes(products: QuerySet[Any], choices: Choices) -> list[FinishChoice]:
    values = get_model("catalogue", "ProductAttributeValue").objects.filter(
        attribute__code="finish", product__in=products.order_by().values("pk")
    )
    counted = values.values_list("value_text").annotate(n=Count("pk")).order_by("value_text")
    return [FinishChoice(label, n, label in choices.finishes) for label, n in counted]
