"""What a product page shows around the product: numbers, colours, parts, neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q

from sites.appliance_shop.storefront.cards import Card, cards, on_sale
from sites.appliance_shop.storefront.categories import ShopCategory

HIDDEN: Final = frozenset({"series"})
RELATED: Final = 4


@dataclass(frozen=True, slots=True)
class Colour:
    """One finish of a series; `css` names the swatch's class."""

    label: str
    css: str
    url: str
    here: bool


def _value(product: Any, code: str) -> str:
    for value in product.attribute_values.all():
        if value.attribute.code == code:
            return str(value.value_text)
    return ""


def specifications(product: Any) -> list[tuple[str, str]]:
    """Return name and value of each number worth printing; no query if they were fetched."""
    values = sorted(product.attribute_values.all(), key=lambda value: value.attribute_id)
    return [(v.attribute.name, v.value_text) for v in values if v.attribute.code not in HIDDEN]


def colours(product: Any) -> list[Colour]:
    """Return the finishes of the product's series, none if there is only one."""
    series = _value(product, "series")
    if not series:
        return []
    siblings = (
        type(product)
        .objects.browsable()
        .filter(attribute_values__attribute__code="series", attribute_values__value_text=series)
        .prefetch_related("attribute_values__attribute")
        .order_by("pk")
    )
    found = [
        Colour(
            label=_value(other, "finish"),
            css=_value(other, "finish").split(" ")[0].lower(),
            url=other.get_absolute_url(),
            here=other.pk == product.pk,
        )
        for other in siblings
    ]
    return found if len(found) > 1 else []


def bundle_parts(product: Any) -> list[Card]:
    """Return the articles in a bundle, in the order they were put in."""
    inside = on_sale().filter(productrecommendation__primary=product)
    return cards(inside.order_by("-productrecommendation__ranking"))


def related(product: Any, shelf: ShopCategory | None) -> list[Card]:
    """Return a few others from the same category, not the same series in another colour."""
    if shelf is None:
        return []
    series = _value(product, "series")
    others = on_sale().filter(categories=shelf.id).exclude(pk=product.pk)
    if series:
        others = others.exclude(
            Q(
                pk__in=type(product)
                .objects.filter(
                    attribute_values__attribute__code="series", attribute_values__value_text=series
                )
                .values("pk")
            )
        )
    return cards(others.order_by("-priority", "pk")[:RELATED])
