"""Telling a taste and taking it back: one statement each, in effect at once.

Safety: a change overwrites the value and a withdrawal deletes the row, so nothing of what was
told before stays. Enters no purpose of its own: it runs for whoever acts, under `own`, and the
guard refuses to write for anybody else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction

from sites.appliance_shop.storefront.categories import shop_categories
from sites.appliance_shop.tastes.models import (
    Colour,
    FavouriteColour,
    Interest,
    KitchenStyle,
    KitchenTaste,
)


class Unknown(Exception):
    """The shop offers no such taste."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of taste: where it is kept, and whether a member has one or several."""

    model: Any
    column: str
    several: bool


KINDS: Final[dict[str, Kind]] = {
    "kitchen": Kind(KitchenTaste, "style", several=False),
    "colour": Kind(FavouriteColour, "colour", several=True),
    "category": Kind(Interest, "category", several=True),
}


def offered(kind: str) -> list[tuple[str, str]]:
    """Return (value, words) of everything that can be chosen of a kind."""
    if kind == "kitchen":
        return [(str(value), str(words)) for value, words in KitchenStyle.choices]
    if kind == "colour":
        return [(str(value), str(words)) for value, words in Colour.choices]
    return [(category.slug, category.name) for category in shop_categories()]


def told(member: int) -> dict[str, list[str]]:
    """Return what the member with this key has told: kind -> values, [] for nothing."""
    return {
        name: list(kind.model.objects.filter(user=member).values_list(kind.column, flat=True))
        for name, kind in KINDS.items()
    }


def tell(member: int, kind: str, value: str) -> None:
    """Keep one taste; one that can be had once only replaces what was there.

    Raises `Unknown`.
    """
    if value not in dict(offered(kind) if kind in KINDS else ()):
        raise Unknown(f"{kind}:{value}")
    found = KINDS[kind]
    if found.several:
        found.model.objects.get_or_create(user_id=member, **{found.column: value})
    else:
        found.model.objects.update_or_create(user_id=member, defaults={found.column: value})


def take_back(member: int, kind: str, value: str) -> None:
    """Delete one taste; one that is not there is no error. Raises `Unknown` for a kind."""
    if kind not in KINDS:
        raise Unknown(kind)
    found = KINDS[kind]
    found.model.objects.filter(user=member, **{found.column: value}).delete()


def take_all_back(member: int) -> None:
    """Delete everything that the member told."""
    with transaction.atomic():
        for kind in KINDS.values():
            kind.model.objects.filter(user=member).delete()
