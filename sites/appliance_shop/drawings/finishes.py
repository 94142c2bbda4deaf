"""The colours appliances come in, each as light, middle and dark of one enamel or metal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Finish:
    """Colours of one finish and the two of the wall it is pictured before."""

    label: str
    light: str
    middle: str
    dark: str
    wall: tuple[str, str] = ("#f3e7d6", "#e6d3ba")


FINISHES: Final[dict[str, Finish]] = {
    "cream": Finish("Cream", "#fffaf0", "#f4e6cb", "#cfb78e", ("#d9e2d3", "#bdccb6")),
    "ember": Finish("Ember red", "#e88a62", "#c4502a", "#86300f", ("#f6e4cf", "#eacfae")),
    "sage": Finish("Sage green", "#c2d4b8", "#93ae89", "#5c7a56", ("#f5e8d8", "#ead5bd")),
    "midnight": Finish("Midnight blue", "#5b7391", "#30455f", "#162232", ("#f1e2cc", "#e2cba9")),
    "charcoal": Finish("Charcoal", "#6a6461", "#403b39", "#1f1c1b", ("#efe0cd", "#dec8ab")),
    "steel": Finish("Brushed steel", "#f7f8f8", "#c9ced0", "#878f92", ("#e6d9cb", "#d0bda8")),
    "butter": Finish("Butter yellow", "#fdebb5", "#f2cb64", "#c6922b", ("#d8e0e2", "#bccbd0")),
    "sky": Finish("Pale sky", "#dcebf1", "#a6c8d6", "#6797ab", ("#f7e8da", "#ecd4bf")),
    "plum": Finish("Plum", "#bd90a8", "#8d5a77", "#57314b", ("#f2e6d4", "#e2cfb4")),
    "copper": Finish("Copper", "#f6c4a0", "#cc8254", "#8a4a26", ("#dfe3dc", "#c5cdc1")),
    "white": Finish("Warm white", "#ffffff", "#f2eee8", "#c8c0b5", ("#dbe4e3", "#c0cfcd")),
    # Materials of parts, not sold as colours.
    "dark": Finish("Dark parts", "#5a5450", "#332e2b", "#171413"),
    "wood": Finish("Beech", "#ecc693", "#c8935a", "#8e5f33"),
    "glow": Finish("Glow", "#ffe6a6", "#f7a745", "#c65a1c"),
    "glass": Finish("Smoked glass", "#55504d", "#2c2826", "#141211"),
    "coffee": Finish("Coffee", "#6b4128", "#432616", "#2a160c"),
    "bread": Finish("Toast", "#f0c98a", "#d69a4d", "#a0642a"),
    "leaf": Finish("Leaf", "#b7d58a", "#86b04f", "#557a2c"),
    "orange": Finish("Orange", "#ffd08a", "#f59f31", "#c76f12"),
    "wine": Finish("Wine", "#7c3a48", "#521a29", "#2d0c15"),
}
"""Finish id -> colours. The first eleven are what a customer chooses from."""
