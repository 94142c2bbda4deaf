"""The whole sample catalogue: six shelves and three bundles."""

from __future__ import annotations

from typing import Final

from sites.appliance_shop.goods import air, breakfast, cleaning, cold, cooking, preparation
from sites.appliance_shop.goods.good import Bundle, Good, Shelf

SHELVES: Final[tuple[Shelf, ...]] = (
    breakfast.SHELF,
    cooking.SHELF,
    preparation.SHELF,
    cold.SHELF,
    air.SHELF,
    cleaning.SHELF,
)

BUNDLES: Final[tuple[Bundle, ...]] = (
    Bundle(
        "Early Riser Bundle",
        "249.00",
        "Kettle, toaster and filter coffee: the whole morning in one box.",
        "The Dawnby kettle and the Larkrise toaster in cream, with the Morrow coffee maker beside"
        " them. They share a shelf, a look and a delivery.",
        ("Dawnby Kettle, Cream", "Larkrise Toaster, Cream", "Morrow Filter Coffee Maker"),
        "breakfast",
    ),
    Bundle(
        "Baker's Corner Bundle",
        "559.00",
        "The Tumble mixer with an oven that fits beside it.",
        "Knead in one, bake in the other. The Tumble stand mixer in sage green and the Bramble"
        " counter-top oven with its stone, rack and tray.",
        ("Tumble Stand Mixer, Sage Green", "Bramble Counter-Top Oven"),
        "mixing",
    ),
    Bundle(
        "Clean Air Bundle",
        "279.00",
        "The Moss purifier and the Dew humidifier, for one good night's sleep.",
        "One takes the dust out of the air, the other keeps it soft. Neither has an app, a light"
        " that will not go out, or a sound worth mentioning.",
        ("Moss Air Purifier", "Dew Humidifier, Pale Sky"),
        "air",
    ),
)


def every_good() -> list[tuple[Shelf, Good]]:
    """Return each article with its shelf."""
    return [(shelf, good) for shelf in SHELVES for good in shelf.goods]


def good_named(name: str) -> Good:
    """Return the article called `name`. Raises `LookupError` if there is none."""
    for _, good in every_good():
        if good.name == name:
            return good
    raise LookupError(f"no article is called `{name}`")
