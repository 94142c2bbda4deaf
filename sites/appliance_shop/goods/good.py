"""One article of the sample catalogue."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Good:
    """An article. `kind` and `finish` name its drawing; sizes in cm, weight in kg, power in W.

    `price` is in US dollars as text, so that no cent is lost. Articles of one `series` differ
    in their finish only.
    """

    name: str
    series: str
    kind: str
    finish: str
    price: str
    size: tuple[float, float, float]
    weight: float
    blurb: str
    story: str
    stock: int = 24
    power: int | None = None
    capacity: str = ""
    noise: int | None = None
    cable: float | None = None
    warranty: int = 3
    more: dict[str, str] = field(default_factory=dict)
    featured: bool = False


@dataclass(frozen=True, slots=True)
class Shelf:
    """A category with its articles, in the order of the shop."""

    name: str
    slug: str
    intro: str
    goods: tuple[Good, ...]


@dataclass(frozen=True, slots=True)
class Bundle:
    """Articles sold together, by name; `price` is for all of them."""

    name: str
    price: str
    blurb: str
    story: str
    parts: tuple[str, ...]
    shelf: str
    stock: int = 12
