"""Fridges and coolers."""

from __future__ import annotations

from sites.appliance_shop.drawings.breakfast import Box
from sites.appliance_shop.drawings.canvas import Canvas


def round_fridge(c: Canvas) -> Box:
    """A fridge-freezer with round shoulders and big handles."""
    for x in (206, 366):
        c.path(f"M{x} 488h28l-6 24h-16z", "steel y")
    c.rect(178, 66, 244, 428, 46, "body x")
    c.path("M178 194V112q0-46 46-46h152q46 0 46 46v82z", "body y")
    c.tube("M180 196h240", "#2a1a1255", 5)
    c.shine("M198 118q0-30 34-32h30q-36 8-38 40v60h-26zM198 212h26v240q0 16 8 24-34-4-34-30z", 0.34)
    c.tube("M392 116v56", "steel x", 13)
    c.tube("M392 224v116", "steel x", 13)
    for y in (116, 172, 224, 340):
        c.rect(384, y - 7, 20, 14, 6, "steel y")
    c.badge(296, 132, 92)
    c.rect(186, 470, 228, 22, 8, "steel y")
    for x in range(206, 400, 18):
        c.rect(x, 476, 10, 10, 3, "#6c757880")
    return 178, 66, 422, 512


def french_door(c: Canvas) -> Box:
    """A wide fridge: two doors above, a drawer below."""
    c.rect(128, 70, 344, 428, 14, "body x")
    c.rect(134, 76, 163, 262, 8, "body z")
    c.rect(303, 76, 163, 262, 8, "body z")
    c.rect(134, 346, 332, 142, 8, "body z")
    c.shine("M142 84h44L142 230zM311 84h44l-44 146z", 0.5)
    c.tube("M282 116v186", "steel x", 11)
    c.tube("M318 116v186", "steel x", 11)
    c.tube("M186 372h228", "steel y", 11)
    c.rect(160, 156, 88, 116, 10, "dark y")
    c.rect(172, 170, 64, 28, 6, "#15221d")
    c.circle(188, 184, 5, "#8fe6a8")
    c.circle(204, 184, 5, "#8ec6dc")
    c.circle(220, 184, 5, "#f0a76c")
    c.path("M188 262v-32h32v32z", "#d5e8ef")
    c.rect(196, 206, 16, 14, 4, "steel y")
    c.badge(384, 108, 54)
    c.rect(140, 498, 320, 12, 4, "dark y")
    return 128, 70, 472, 510


def small_fridge(c: Canvas) -> Box:
    """An under-counter fridge, its door ajar on full shelves."""
    c.rect(150, 190, 240, 306, 14, "body y")
    c.rect(168, 208, 204, 270, 8, "#e9f1f3")
    c.shade("M168 208h204v40q-140-22-204 20z", 0.08)
    for y in (296, 380):
        c.rect(172, y, 196, 6, 2, "#b9cbd1")
    c.rect(190, 234, 28, 62, 6, "white y")
    c.rect(190, 254, 28, 22, 0, "sky y")
    c.path("M232 296v-34l8-16h12l8 16v34z", "leaf y")
    c.rect(276, 262, 70, 34, 6, "butter y")
    c.rect(188, 346, 60, 34, 8, "ember y")
    for x in (266, 292, 318, 344):
        c.ellipse(x, 367, 12, 14, "#fdf3e2", stroke="#d9c3a3", width=1)
    c.rect(180, 408, 84, 62, 8, "#cfe0c2")
    c.rect(274, 408, 84, 62, 8, "#f5d9bd")
    for x, y in ((200, 434), (222, 430), (242, 438)):
        c.circle(x, y, 13, "leaf y")
    for x, y in ((296, 436), (320, 430), (340, 440)):
        c.circle(x, y, 13, "orange y")
    c.path("M390 190 462 166q10-2 10 10v326q0 10-10 6l-72-14z", "body x")
    c.tube("M456 262v96", "steel x", 10)
    c.shine("M402 204l20-8v280l-20-6z", 0.4)
    c.rect(158, 494, 40, 16, 4, "dark y")
    c.rect(342, 494, 40, 16, 4, "dark y")
    return 150, 166, 472, 510


def wine_cooler(c: Canvas) -> Box:
    """A narrow cooler with a glass door and lying bottles."""
    c.rect(178, 82, 244, 414, 14, "body y")
    c.rect(192, 96, 216, 366, 8, "steel x")
    c.rect(206, 110, 188, 338, 6, "glass y")
    c.ellipse(300, 122, 80, 14, "#f5c46b", opacity=0.35)
    for row, y in enumerate(range(150, 440, 58)):
        c.rect(208, y + 26, 184, 7, 2, "wood y")
        for column in range(4):
            x = 230 + column * 46
            tone = ("wine y", "leaf y", "wine y", "butter y")[(row + column) % 4]
            c.circle(x, y + 8, 18, tone)
            c.circle(x, y + 8, 7, "#1d1412")
    c.shine("M212 116h60l-60 190z", 0.16)
    c.tube("M378 210v130", "steel x", 11)
    c.rect(262, 466, 76, 20, 8, "#15221d")
    c.tube("M282 472v8m8-8v8m14-8h10v8", "#8fe6a8", 3)
    c.rect(190, 496, 40, 14, 4, "dark y")
    c.rect(370, 496, 40, 14, 4, "dark y")
    return 178, 82, 422, 510
