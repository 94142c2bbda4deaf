"""Kettles, toasters, coffee."""

from __future__ import annotations

from sites.appliance_shop.drawings.canvas import Canvas

Box = tuple[float, float, float, float]
"""Left, top, right, bottom of the drawn appliance."""


def kettle(c: Canvas) -> Box:
    """A jug kettle with a window for the water."""
    c.tube("M378 268q92-6 88 74-4 70-66 92", "dark y", 27)
    c.tube("M384 262q84-2 80 70", "#ffffff55", 5)
    c.path("M238 262 186 240q-8 0-6 10l30 92 24 12z", "body y")
    c.path("M206 486 234 250q66-24 132 0l28 236q-94 16-188 0z", "body x")
    c.shine("M250 268q8-8 22-10L256 470q-14-2-22-5z", 0.32)
    c.path("M234 252q66-26 132 0-4 12-66 12t-66-12z", "steel x")
    c.path("M246 248q6-40 54-42t54 42q-54 16-108 0z", "body y")
    c.shine("M266 236q6-18 28-22-14 14-14 28z", 0.5)
    c.rect(286, 186, 28, 22, 10, "dark y")
    c.rect(330, 318, 20, 110, 10, "#2b3b44")
    c.rect(333, 352, 14, 73, 7, "#8ec6dc")
    c.path("M204 474q96 18 192 0l3 18q-99 18-198 0z", "steel x")
    c.ellipse(300, 500, 112, 13, "dark y")
    c.badge(272, 404)
    return 176, 186, 466, 512


def gooseneck(c: Canvas) -> Box:
    """A pouring kettle with a thin neck."""
    c.tube("M214 436q-62-6-70-66-6-56-44-66", "body y", 17)
    c.tube("M206 428q-48-8-56-62-5-46-34-64", "#ffffff66", 4)
    c.tube("M372 300q106-26 104 42-2 58-70 78", "wood y", 24)
    c.path("M196 486q-8-28 10-70 22-52 34-106h120q12 54 34 106 18 42 10 70z", "body x")
    c.shine("M256 322h18q-8 66-34 110-14 28-8 46h-16q-6-26 8-58 22-48 32-98z", 0.35)
    c.path("M234 312q66-20 132 0-10 14-66 14t-66-14z", "dark y")
    c.path("M250 304q12-26 50-26t50 26q-50 12-100 0z", "body y")
    c.circle(300, 266, 15, "wood y")
    c.path("M196 478h208l6 20q-110 16-220 0z", "dark y")
    c.ellipse(300, 500, 118, 12, "dark y")
    c.streak(286, 492, 28, 4, 0.5)
    return 96, 250, 476, 512


def _slice(c: Canvas, x: float, y: float, w: float) -> None:
    c.path(
        f"M{x} {y + 100}v-70q-16-34 22-34h{w - 44}q38 0 22 34v70z",
        "bread y",
    )
    c.path(f"M{x + 12} {y + 100}v-62q-10-26 16-26h{w - 56}q26 0 16 26v62z", "#f7dfae")


def toaster(c: Canvas) -> Box:
    """Two slices, chrome sides."""
    _slice(c, 178, 214, 106)
    _slice(c, 312, 206, 106)
    c.rect(456, 340, 26, 20, 8, "dark y")
    c.path("M128 488V352q0-76 76-76h192q76 0 76 76v136z", "body y")
    c.path("M128 488V352q0-76 76-76h14q-62 8-62 84v128z", "steel y")
    c.path("M472 488V352q0-76-76-76h-14q62 8 62 84v128z", "steel y")
    c.rect(190, 276, 220, 14, 7, "#2a1a12")
    c.shine("M176 340q6-40 52-40h140q-120 12-150 34t-28 100h-14z", 0.32)
    c.knob(384, 424, 26)
    c.rect(218, 418, 66, 12, 6, "dark y")
    c.rect(218, 440, 42, 8, 4, "dark y", opacity=0.5)
    c.badge(300, 356)
    c.rect(122, 482, 356, 16, 8, "steel y")
    c.rect(150, 496, 40, 12, 5, "dark y")
    c.rect(410, 496, 40, 12, 5, "dark y")
    return 122, 204, 482, 508


def long_toaster(c: Canvas) -> Box:
    """Four slices, two sets of controls."""
    for x, y in ((112, 232), (206, 224), (306, 230), (398, 222)):
        _slice(c, x, y, 86)
    c.rect(520, 350, 22, 18, 7, "dark y")
    c.rect(58, 350, 22, 18, 7, "dark y")
    c.path("M72 488V348q0-60 60-60h336q60 0 60 60v140z", "body y")
    c.rect(108, 290, 184, 13, 6, "#20160f")
    c.rect(308, 290, 184, 13, 6, "#20160f")
    c.shine("M96 350q2-40 44-42h320q-210 8-280 22t-66 60v70H96z", 0.5)
    c.rect(92, 372, 416, 92, 16, "dark y")
    for x in (150, 450):
        c.knob(x, 418, 27)
    for x in (214, 262, 322, 370):
        c.rect(x, 408, 24, 20, 6, "steel z")
    c.badge(300, 336)
    c.rect(66, 482, 468, 16, 8, "steel y")
    c.rect(96, 496, 44, 12, 5, "dark y")
    c.rect(460, 496, 44, 12, 5, "dark y")
    return 58, 222, 542, 508


def coffee_maker(c: Canvas) -> Box:
    """A filter coffee maker with a glass jug."""
    c.rect(338, 168, 92, 330, 18, "body x")
    c.rect(354, 210, 40, 150, 12, "#26343c")
    c.rect(360, 262, 28, 92, 8, "#8ec6dc")
    c.path("M168 176q0-20 20-20h222q20 0 20 20v72H196q-28 0-28-28z", "body y")
    c.shine("M186 176q0-8 10-8h150q-110 8-146 20-14 6-14 30z", 0.4)
    c.path("M196 248h128l-18 42h-92z", "dark y")
    c.rect(226, 290, 68, 10, 4, "steel y")
    c.tube("M190 348q-48-6-48 46t44 56", "dark y", 17)
    c.path("M206 312h108q-2 26 14 60 22 80-20 110H212q-42-30-20-110 16-34 14-60z", "#dfeaee")
    c.path("M188 392q72 14 144 0 8 60-24 88H212q-32-28-24-88z", "coffee y")
    c.shine("M214 330h14q-6 30-18 58-10 50 6 84-20-8-22-50 0-32 12-58 8-18 8-34z", 0.55)
    c.rect(200, 302, 120, 16, 7, "dark y")
    c.path("M150 482h284v20q0 8-8 8H158q-8 0-8-8z", "body y")
    c.ellipse(260, 484, 92, 8, "steel y")
    c.circle(384, 468, 12, "glow y")
    c.badge(250, 204)
    return 142, 156, 434, 510


def espresso(c: Canvas) -> Box:
    """A lever-less espresso machine with a pressure gauge."""
    c.rect(190, 168, 56, 34, 6, "white y")
    c.tube("M246 176q20-2 18 10t-20 10", "white y", 6)
    c.rect(330, 164, 52, 38, 6, "ember y")
    c.tube("M382 172q20-2 18 10t-20 10", "ember y", 6)
    c.rect(134, 200, 332, 14, 6, "steel y")
    c.path("M140 214h320v112H140z", "body y")
    c.shine("M154 226h292v10H154z", 0.5)
    c.rect(152, 326, 296, 150, 0, "body x")
    c.shade("M152 326h296v46H152z", 0.32)
    c.circle(206, 268, 36, "dark y")
    c.circle(206, 268, 29, "#fffdf7")
    c.tube("M188 282a24 24 0 1 1 36 0", "#c9bfb2", 4)
    c.tube("M206 268 222 252", "#a53a17", 4)
    for x in (300, 350):
        c.circle(x, 268, 17, "steel y")
        c.circle(x, 268, 9, "glow y" if x == 300 else "steel z")
    c.knob(410, 268, 24, "dark")
    c.rect(262, 322, 88, 32, 8, "steel y")
    c.rect(274, 352, 64, 18, 5, "dark y")
    c.tube("M336 360h92", "wood y", 18)
    c.path("M288 370h34l-4 20h-26z", "steel y")
    c.path("M278 424h56l-8 44h-40z", "white y")
    c.tube("M334 432q18 0 14 14t-18 10", "white y", 6)
    c.tube("M420 326q10 40-4 96", "steel y", 9)
    c.path("M132 470h336v26q0 10-10 10H142q-10 0-10-10z", "dark y")
    for x in range(156, 440, 20):
        c.rect(x, 474, 12, 5, 2, "#8e8680")
    c.badge(300, 490)
    return 132, 164, 468, 506


def waffle(c: Canvas) -> Box:
    """An open waffle iron, its round plates showing."""
    c.circle(300, 268, 142, "body y")
    c.circle(300, 268, 118, "dark y")
    for i in range(-3, 4):
        half = (112**2 - (i * 30) ** 2) ** 0.5
        c.tube(f"M{300 + i * 30} {268 - half:.0f}v{2 * half:.0f}", "#7b716b", 7)
        c.tube(f"M{300 - half:.0f} {268 + i * 30}h{2 * half:.0f}", "#7b716b", 7)
    c.shine("M176 230q22-72 98-92-60 40-78 100z", 0.3)
    c.tube("M248 124q52-38 104 0", "dark y", 18)
    c.rect(268, 400, 64, 26, 8, "steel y")
    c.path("M140 432h320v34q0 36-40 36H180q-40 0-40-36z", "body y")
    c.ellipse(300, 432, 160, 40, "steel y")
    c.ellipse(300, 430, 144, 33, "bread y")
    for i in range(-4, 5):
        c.tube(f"M{300 + i * 30} {406 + abs(i) * 2}l{i * 4} {46 - abs(i) * 3}", "#a9702f", 4)
    for dy in (-12, 2, 16):
        w = 134 - abs(dy) * 2
        c.tube(f"M{300 - w} {432 + dy}h{2 * w}", "#a9702f", 4)
    c.circle(300, 486, 9, "glow y")
    c.rect(452, 446, 60, 20, 10, "dark y")
    c.rect(176, 498, 44, 12, 5, "dark y")
    c.rect(380, 498, 44, 12, 5, "dark y")
    return 140, 98, 512, 510
