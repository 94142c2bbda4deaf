"""Draw every product's two pictures into a folder: `python -m sites.appliance_shop.drawings.make`.

The files are committed, so the shop never draws at run time.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from sites.appliance_shop.drawings.canvas import Canvas
from sites.appliance_shop.drawings.hero import hero
from sites.appliance_shop.drawings.parts import find

FOLDER: Final = Path(__file__).resolve().parent / "pictures"
HERO: Final = FOLDER.parents[1] / "static" / "shop" / "hero.svg"


def picture(kind: str, finish: str) -> str:
    """Return the picture of an appliance in one finish, as SVG text."""
    canvas = Canvas(finish)
    left, _, right, _ = find(kind)(canvas)
    return canvas.picture(((left + right) / 2, (right - left) / 2))


def size_sheet(kind: str, width_cm: float, height_cm: float) -> str:
    """Return the outline of an appliance with its measures, as SVG text."""
    canvas = Canvas("white", outline=True)
    box = find(kind)(canvas)
    return canvas.sheet(box, f"{width_cm:g} cm", f"{height_cm:g} cm")


def bundle_picture(parts: list[tuple[str, str]]) -> str:
    """Return one picture of two or three appliances side by side on one table."""
    scale = 0.6 if len(parts) == 2 else 0.5
    offsets = [-138, 142] if len(parts) == 2 else [-205, 0, 205]
    inner, defs, shadows = [], [], []
    for i, ((kind, finish), offset) in enumerate(zip(parts, offsets, strict=True)):
        canvas = Canvas(finish)
        left, _, right, _ = find(kind)(canvas)
        mid = (left + right) / 2
        shapes, own_defs = canvas.pieces(f"p{i}")
        place = (
            f"translate({300 + offset - mid * scale:.1f} {500 - 500 * scale:.1f}) scale({scale})"
        )
        inner.append(f'<g transform="{place}">{shapes}</g>')
        defs.append(own_defs)
        shadows.append((300 + offset, (right - left) / 2 * scale))
    return Canvas(parts[0][1]).scene("".join(inner), "".join(defs), shadows)


def main() -> None:
    """Write every picture and say how many."""
    from sites.appliance_shop.goods.catalogue import BUNDLES, every_good, good_named

    FOLDER.mkdir(exist_ok=True)
    wanted: dict[str, str] = {}
    for _, good in every_good():
        wanted[f"{good.kind}-{good.finish}.svg"] = picture(good.kind, good.finish)
        wanted[f"{good.kind}-size.svg"] = size_sheet(good.kind, good.size[0], good.size[1])
    for bundle in BUNDLES:
        parts = [good_named(name) for name in bundle.parts]
        drawn = bundle_picture([(good.kind, good.finish) for good in parts])
        wanted[f"{bundle_file(bundle.name)}.svg"] = drawn
    for old in FOLDER.glob("*.svg"):
        if old.name not in wanted:
            old.unlink()
    for name, text in wanted.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    HERO.write_text(hero(), encoding="utf-8")
    size = sum(len(text) for text in wanted.values())
    sys.stdout.write(f"{len(wanted)} pictures, {size // 1024} KiB, in {FOLDER}\n")


def bundle_file(name: str) -> str:
    """Return the file name of a bundle's picture, without its ending."""
    return name.lower().replace("'", "").replace(" ", "-")


if __name__ == "__main__":
    main()
