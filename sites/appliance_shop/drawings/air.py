"""Fans, heaters, purifiers, humidifiers."""

from __future__ import annotations

from math import cos, pi, sin

from sites.appliance_shop.drawings.breakfast import Box
from sites.appliance_shop.drawings.canvas import Canvas, number


def _cage(c: Canvas, cx: float, cy: float, r: float) -> None:
    """The guard with its blades, seen from the front."""
    c.circle(cx, cy, r, "#fffaf2", opacity=0.55)
    for i in range(4):
        a = i * pi / 2 + 0.35
        tip = (cx + r * 0.84 * cos(a), cy + r * 0.84 * sin(a))
        far = (cx + r * 0.9 * cos(a + 0.85), cy + r * 0.9 * sin(a + 0.85))
        c.path(
            f"M{number(cx)} {number(cy)}Q{number(cx + r * 0.5 * cos(a - 0.35))}"
            f" {number(cy + r * 0.5 * sin(a - 0.35))} {number(tip[0])} {number(tip[1])}"
            f"Q{number(cx + r * cos(a + 0.45))} {number(cy + r * sin(a + 0.45))}"
            f" {number(far[0])} {number(far[1])}Z",
            "body y",
        )
    for i in range(28):
        a = i * pi / 14
        x, y = cx + r * cos(a), cy + r * sin(a)
        c.tube(
            f"M{number(cx + 34 * cos(a))} {number(cy + 34 * sin(a))}L{number(x)} {number(y)}",
            "#8f969acc",
            1.6,
        )
    for part in (0.45, 0.7):
        c.circle(cx, cy, r * part, "none", stroke="#8f969acc", width=2)
    c.circle(cx, cy, r, "none", stroke="steel y", width=11)
    c.circle(cx, cy, 34, "body y")
    c.badge(cx, cy, 40)


def desk_fan(c: Canvas) -> Box:
    """A desk fan on a heavy foot."""
    c.path("M284 380h32l8 96h-48z", "body x")
    _cage(c, 300, 236, 154)
    c.path("M190 500q0-34 60-40h100q60 6 60 40z", "body y")
    c.shine("M210 490q6-18 46-22h60q-60 4-80 22z", 0.4)
    for x in (262, 288, 314):
        c.rect(x, 476, 16, 12, 4, "steel z")
    c.rect(344, 476, 16, 12, 4, "ember y")
    c.rect(184, 496, 232, 12, 6, "dark y")
    return 146, 82, 454, 508


def pedestal_fan(c: Canvas) -> Box:
    """A fan on a pole."""
    c.rect(291, 280, 18, 200, 4, "steel x")
    c.rect(284, 370, 32, 26, 8, "body x")
    c.path("M272 306h56v34q0 12-12 12h-32q-12 0-12-12z", "body x")
    _cage(c, 300, 186, 128)
    c.path("M176 500q0-24 80-28h88q80 4 80 28z", "body y")
    c.shine("M206 490q20-12 76-12-44 2-56 12z", 0.4)
    c.rect(170, 496, 260, 12, 6, "dark y")
    return 170, 58, 430, 508


def tower_fan(c: Canvas) -> Box:
    """A slim tower with slats."""
    c.path("M234 74q0-22 66-22t66 22v398H234z", "body x")
    c.ellipse(300, 74, 66, 18, "dark y")
    c.rect(272, 64, 56, 16, 8, "#15221d")
    c.tube("M284 68v8m8-8v8m14-8h8v8", "#8fe6a8", 3)
    c.rect(256, 112, 88, 330, 18, "#181413")
    for y in range(124, 436, 13):
        c.rect(260, y, 80, 6, 3, "body x")
    c.shine("M242 100h8v360h-8z", 0.4)
    c.path("M196 496q4-26 62-28h84q58 2 62 28z", "body y")
    c.rect(190, 494, 220, 14, 7, "dark y")
    return 190, 52, 410, 508


def purifier(c: Canvas) -> Box:
    """An air purifier with a round display and a fabric front."""
    c.rect(186, 122, 228, 374, 44, "body x")
    c.ellipse(300, 140, 98, 22, "dark y")
    c.ellipse(300, 138, 84, 16, "steel y")
    for x in range(238, 366, 14):
        c.tube(f"M{x} 130l-4 16", "#6c7578", 3)
    c.circle(300, 222, 36, "glass y")
    c.circle(300, 222, 28, "none", stroke="#8fe6a8", width=5)
    c.tube("M288 224q12-14 24 0", "#8fe6a8", 4)
    c.rect(204, 282, 192, 194, 22, "#00000012")
    for row in range(13):
        for column in range(13):
            x = 216 + column * 14
            c.circle(x, 294 + row * 14, 3.2, "#5a50484d")
    c.shine("M204 168q2-18 14-20v310q0 14 6 22-18-4-20-26z", 0.5)
    c.rect(214, 492, 172, 14, 7, "dark y")
    return 186, 118, 414, 506


def heater(c: Canvas) -> Box:
    """A ceramic heater with a glowing grille and a wooden handle."""
    c.tube("M220 178q0-46 80-46t80 46", "wood y", 18)
    c.rect(156, 168, 288, 318, 40, "body y")
    c.shine("M176 212q2-28 30-30h150q-110 8-140 24t-26 90h-14z", 0.36)
    c.rect(192, 206, 216, 196, 22, "#2a100a")
    c.ellipse(300, 304, 100, 92, "#e2622c", opacity=0.75)
    c.ellipse(300, 312, 62, 60, "#f9b24c", opacity=0.8)
    for y in range(216, 398, 18):
        c.rect(196, y, 208, 7, 3, "steel y")
    c.knob(244, 444, 24)
    c.knob(356, 444, 24)
    c.badge(300, 444)
    c.path("M184 486h60l-8 22h-44zM356 486h60l-8 22h-44z", "dark y")
    return 156, 122, 444, 508


def humidifier(c: Canvas) -> Box:
    """A drop-shaped humidifier with mist."""
    c.tube("M288 150q-34-30 0-56t-4-56M318 150q36-26 8-54t10-50", "#ffffffaa", 13)
    c.path(
        "M300 140q34 60 92 142 66 104-14 196-30 22-78 22t-78-22q-80-92-14-196 58-82 92-142z",
        "body x",
    )
    c.path(
        "M208 340q92 26 184 0 30 76-22 134-26 20-70 20t-70-20q-52-58-22-134z",
        "#8ec6dc",
        opacity=0.55,
    )
    c.ellipse(300, 346, 94, 13, "#d3ecf4", opacity=0.8)
    c.shine("M286 196q-20 54-58 106-36 62-14 122-34-62 6-132 44-62 66-96z", 0.55)
    c.rect(282, 138, 36, 20, 8, "steel y")
    c.knob(300, 424, 28)
    c.ellipse(300, 496, 92, 14, "dark y")
    return 190, 138, 410, 510
