"""The front page's picture: a counter in the morning, with four appliances on it."""

from __future__ import annotations

from typing import Final

from sites.appliance_shop.drawings.canvas import Canvas
from sites.appliance_shop.drawings.finishes import FINISHES
from sites.appliance_shop.drawings.parts import find

WIDTH, HEIGHT, COUNTER = 960, 640, 548
ITEMS: Final = (
    ("coffee_maker", "charcoal", 128, 0.66),
    ("kettle", "cream", 322, 0.64),
    ("stand_mixer", "ember", 566, 0.78),
    ("toaster", "sage", 826, 0.62),
)


def hero() -> str:
    """Return the scene as SVG text."""
    shapes, defs = [_room()], [_light()]
    for i, (kind, finish, centre, scale) in enumerate(ITEMS):
        canvas = Canvas(finish)
        left, _, right, _ = find(kind)(canvas)
        own_shapes, own_defs = canvas.pieces(f"h{i}")
        across = centre - (left + right) / 2 * scale
        half = (right - left) / 2 * scale
        shapes.append(
            f'<ellipse cx="{centre + 10}" cy="{COUNTER + 12}" rx="{half * 1.1:.0f}" ry="15"'
            ' fill="url(#hs)"/>'
            f'<g transform="translate({across:.1f} {COUNTER + 12 - 506 * scale:.1f})'
            f' scale({scale})">{own_shapes}</g>'
        )
        defs.append(own_defs)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"'
        f' width="{WIDTH}" height="{HEIGHT}"><defs>{"".join(defs)}</defs>{"".join(shapes)}</svg>\n'
    )


def _light() -> str:
    wood = FINISHES["wood"]
    return (
        '<radialGradient id="hw" cx=".55" cy=".2" r=".95"><stop stop-color="#fbeed8"/>'
        '<stop offset=".6" stop-color="#f1d8b6"/><stop offset="1" stop-color="#d9b184"/>'
        '</radialGradient><linearGradient id="hc" x2="0" y2="1">'
        f'<stop stop-color="{wood.light}"/><stop offset=".16" stop-color="{wood.middle}"/>'
        f'<stop offset="1" stop-color="{wood.dark}"/></linearGradient>'
        '<linearGradient id="hg" x2="0" y2="1"><stop stop-color="#fff9e6"/>'
        '<stop offset="1" stop-color="#cfe3e4"/></linearGradient>'
        '<radialGradient id="hs"><stop stop-color="#2a1608" stop-opacity=".55"/>'
        '<stop offset="1" stop-color="#2a1608" stop-opacity="0"/></radialGradient>'
        '<linearGradient id="hl" x2="0" y2="1"><stop stop-color="#e88a62"/>'
        '<stop offset="1" stop-color="#a53a17"/></linearGradient>'
    )


def _room() -> str:
    tiles = "".join(f"M0 {y}h{WIDTH}" for y in range(330, COUNTER, 36))
    joints = "".join(
        f"M{x + (36 if row % 2 else 0)} {330 + row * 36}v36"
        for row in range(6)
        for x in range(0, WIDTH + 1, 72)
    )
    jars = "".join(
        f'<rect x="{x}" y="{206 - h}" width="40" height="{h}" rx="8" fill="#fffaf0" opacity=".75"/>'
        f'<rect x="{x}" y="{206 - f}" width="40" height="{f}" rx="7" fill="{tone}"/>'
        f'<rect x="{x + 3}" y="{198 - h}" width="34" height="11" rx="4" fill="#8e5f33"/>'
        for x, h, f, tone in (
            (60, 70, 46, "#c98b4d"),
            (110, 56, 40, "#b2402a"),
            (160, 78, 60, "#e0c07f"),
            (812, 66, 42, "#7f9a6b"),
            (862, 80, 58, "#cda46a"),
        )
    )
    leaves = "".join(
        f'<path d="M742 150q{dx} {dy} {ex} {ey}q{-dx // 2} 8 {-ex} {-ey}z" fill="{tone}"/>'
        for dx, dy, ex, ey, tone in (
            (-46, -30, -58, 12, "#6f8f5e"),
            (-30, -62, -40, -54, "#83a56f"),
            (4, -70, 14, -74, "#6f8f5e"),
            (38, -54, 52, -40, "#83a56f"),
            (46, -10, 56, 22, "#5f7f50"),
        )
    )
    return (
        f'<path fill="url(#hw)" d="M0 0h{WIDTH}v{HEIGHT}H0z"/>'
        f'<path fill="#fff8ea" opacity=".5" d="M0 330h{WIDTH}v{COUNTER - 330}H0z"/>'
        f'<path d="{tiles}{joints}" stroke="#d2ab7c" stroke-width="2" opacity=".5"/>'
        '<rect x="330" y="34" width="256" height="250" rx="10" fill="#fffaf0"/>'
        '<rect x="344" y="48" width="228" height="222" rx="4" fill="url(#hg)"/>'
        '<path d="M344 232q60-46 112-18t116-20v76H344z" fill="#a9c3a0"/>'
        '<path d="M344 250q80-30 130-12t98-10v42H344z" fill="#8dad84"/>'
        '<circle cx="520" cy="104" r="30" fill="#fbd58a"/>'
        '<path d="M458 48v222M344 158h228" stroke="#fffaf0" stroke-width="9"/>'
        '<rect x="320" y="280" width="276" height="14" rx="5" fill="#fffaf0"/>'
        '<path d="M36 206h190v11H36zM700 206h228v11H700z" fill="#8e5f33"/>'
        f'{jars}{leaves}<path d="M712 150h60l-8 56h-44z" fill="#c4502a"/>'
        '<path d="M252 0v70" stroke="#4a3528" stroke-width="4"/>'
        '<path d="M204 122q4-54 48-54t48 54z" fill="url(#hl)"/>'
        '<ellipse cx="252" cy="123" rx="48" ry="9" fill="#ffe9b8"/>'
        f'<path fill="url(#hc)" d="M0 {COUNTER - 6}h{WIDTH}v{HEIGHT - COUNTER + 6}H0z"/>'
        f'<path d="M0 {COUNTER + 32}h{WIDTH}" stroke="#7a4f2a" stroke-width="3" opacity=".45"/>'
    )
