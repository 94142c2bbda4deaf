"""Ovens, hobs, pots that heat themselves."""

from __future__ import annotations

from sites.appliance_shop.drawings.breakfast import Box
from sites.appliance_shop.drawings.canvas import Canvas


def oven(c: Canvas) -> Box:
    """A counter-top oven with a loaf inside."""
    c.rect(84, 216, 432, 270, 26, "body y")
    c.shine("M100 246q0-16 16-16h368q-240 8-320 22t-64 70z", 0.35)
    c.rect(104, 246, 298, 214, 14, "steel y")
    c.rect(118, 276, 270, 170, 10, "glass y")
    c.ellipse(253, 410, 120, 34, "#f0a34a", opacity=0.35)
    c.rect(126, 400, 254, 5, 2, "#8a7f78")
    c.path("M176 400q-12-64 40-70 18-18 40-4 20-14 40 4 48 8 36 70z", "bread y")
    c.tube("M210 350l18 26m18-36 18 28m18-26 16 24", "#8a5421", 5)
    c.shine("M132 288h50l-70 130v-122z", 0.14)
    c.rect(124, 252, 258, 14, 7, "dark y")
    c.streak(136, 255, 200, 4, 0.35)
    for y in (282, 348, 414):
        c.knob(458, y, 25)
    c.badge(458, 238, 40)
    c.rect(112, 486, 46, 16, 6, "dark y")
    c.rect(442, 486, 46, 16, 6, "dark y")
    return 84, 216, 516, 502


def microwave(c: Canvas) -> Box:
    """A microwave oven with a dial instead of a keyboard."""
    c.rect(70, 226, 460, 258, 24, "body y")
    c.rect(92, 248, 312, 214, 18, "glass y")
    c.rect(120, 272, 256, 166, 40, "#3b332e")
    c.ellipse(248, 424, 100, 12, "#6e655e")
    c.path("M190 420q-6-54 58-54t58 54z", "ember y")
    c.circle(248, 362, 8, "ember y")
    c.shine("M104 262h80L104 428z", 0.16)
    c.rect(408, 262, 14, 186, 7, "steel y")
    c.rect(440, 258, 72, 38, 8, "#20302c")
    c.tube("M456 270v14m14-14v14m10-4h12m-12-10h12", "#9fe0b0", 4)
    c.knob(476, 352, 33)
    c.rect(448, 410, 56, 18, 9, "steel z")
    c.rect(448, 436, 56, 18, 9, "ember y")
    c.rect(104, 484, 46, 16, 6, "dark y")
    c.rect(450, 484, 46, 16, 6, "dark y")
    return 70, 226, 530, 500


def induction(c: Canvas) -> Box:
    """A portable two-ring induction hob with a pan."""
    c.path("M120 424h360l84 72H36z", "glass y")
    c.path("M36 496h528v12q0 6-8 6H44q-8 0-8-6z", "dark y")
    c.shine("M130 430h130L96 494H48z", 0.1)
    c.ellipse(430, 460, 78, 20, "none", stroke="#c9bdb2", width=3)
    c.ellipse(430, 460, 44, 11, "none", stroke="#c9bdb2", width=2)
    c.ellipse(196, 462, 104, 24, "none", stroke="#f08a5b", width=4)
    c.tube("M296 352q110-26 182-24", "wood y", 18)
    c.path("M92 330h208l-10 108q-2 18-22 20H124q-20-2-22-20z", "body x")
    c.shine("M110 338h24l8 110h-16q-8-2-9-14z", 0.4)
    c.ellipse(196, 330, 106, 22, "steel y")
    c.ellipse(196, 331, 94, 17, "#8a3a1c")
    c.ellipse(196, 332, 86, 13, "#c9572b")
    for x, y in ((166, 330), (206, 326), (236, 334), (190, 338)):
        c.ellipse(x, y, 12, 5, "#e4793f")
    c.tube("M160 292q-14-24 2-44t-2-44m46 88q-14-24 2-44t-2-44", "#ffffff99", 7)
    for x in (244, 272, 300, 328, 356):
        c.circle(x, 506, 4, "#f0a76c")
    return 36, 200, 564, 514


def range_cooker(c: Canvas) -> Box:
    """A wide range: five burners, two ovens, a warming drawer."""
    c.rect(96, 150, 408, 20, 6, "steel y")
    for x in (132, 216, 300, 384, 468):
        c.path(f"M{x - 34} 152v-10h68v10z", "dark y")
        c.tube(f"M{x - 22} 142v-8m44 8v-8", "#3a3330", 6)
    c.path("M180 132h76v-34q0-8-8-8h-60q-8 0-8 8z", "copper x")
    c.tube("M256 104h50", "dark y", 10)
    c.ellipse(218, 92, 38, 7, "steel y")
    c.rect(92, 168, 416, 318, 14, "body y")
    c.rect(92, 168, 416, 52, 12, "steel y")
    for i in range(7):
        c.knob(126 + i * 58, 194, 17, "dark" if i != 3 else "steel")
    for x in (106, 306):
        c.rect(x, 232, 188, 176, 12, "body z")
        c.rect(x + 22, 268, 144, 108, 10, "glass y")
        c.ellipse(x + 94, 356, 58, 16, "#f0a34a", opacity=0.4)
        c.rect(x + 30, 346, 128, 4, 2, "#8a7f78")
        c.shine(f"M{x + 30} 276h44l-44 76z", 0.16)
        c.tube(f"M{x + 22} 250h144", "steel y", 10)
    c.rect(106, 418, 388, 54, 10, "body z")
    c.tube("M200 436h200", "steel y", 10)
    c.badge(300, 458)
    c.rect(100, 486, 400, 12, 3, "dark y")
    for x in (112, 450):
        c.rect(x, 494, 38, 16, 4, "steel y")
    return 92, 90, 508, 510


def slow_cooker(c: Canvas) -> Box:
    """An oval slow cooker with a glass lid."""
    c.rect(84, 374, 64, 30, 14, "dark y")
    c.rect(452, 374, 64, 30, 14, "dark y")
    c.path("M116 340h368l-18 130q-6 26-34 26H168q-28 0-34-26z", "body x")
    c.shine("M148 352h34l14 132h-22q-12-2-16-22z", 0.34)
    c.path("M104 322h392v20q0 10-10 10H114q-10 0-10-10z", "steel x")
    c.path("M122 322q10-88 178-88t178 88z", "#d9e6ea", opacity=0.85)
    c.path("M150 322q20-40 150-40t150 40z", "#b8532b", opacity=0.55)
    c.shine("M150 306q16-48 96-60-52 22-70 64z", 0.7)
    c.rect(114, 316, 372, 12, 6, "steel y")
    c.rect(270, 214, 60, 22, 11, "dark y")
    c.circle(300, 428, 42, "dark y")
    c.knob(300, 428, 32)
    c.circle(232, 428, 6, "glow y")
    c.circle(368, 428, 6, "#6b5b50")
    c.rect(164, 494, 46, 14, 6, "dark y")
    c.rect(390, 494, 46, 14, 6, "dark y")
    return 84, 214, 516, 508


def multicooker(c: Canvas) -> Box:
    """A pressure cooker with a display."""
    c.rect(92, 302, 50, 40, 14, "dark y")
    c.rect(458, 302, 50, 40, 14, "dark y")
    c.rect(126, 280, 348, 220, 30, "body x")
    c.rect(126, 272, 348, 32, 12, "dark y")
    c.path("M138 272q8-84 162-84t162 84z", "dark y")
    c.path("M166 268q12-60 134-60t134 60z", "steel y")
    c.shine("M190 254q20-32 84-36-44 14-56 38z", 0.6)
    c.rect(262, 162, 76, 34, 12, "dark y")
    c.circle(396, 212, 16, "dark y")
    c.rect(389, 186, 14, 24, 5, "steel y")
    c.rect(186, 328, 228, 150, 22, "glass y")
    c.rect(208, 346, 184, 54, 10, "#15221d")
    c.tube("M240 358v30m26-30v30m-26 0h0m52-26v2m0 18v2m24-26h24v12h-24v14h24", "#8fe6a8", 6)
    for x in (218, 262, 306, 350):
        c.rect(x, 416, 32, 18, 8, "#4a4440")
        c.rect(x, 444, 32, 18, 8, "#4a4440" if x != 350 else "#b3431d")
    c.rect(158, 498, 46, 12, 5, "dark y")
    c.rect(396, 498, 46, 12, 5, "dark y")
    return 92, 162, 508, 510


def rice_cooker(c: Canvas) -> Box:
    """A rounded rice cooker with a carrying handle."""
    c.tube("M156 292q0-126 144-126t144 126", "dark y", 15)
    c.path("M122 320q0-34 36-34h284q36 0 36 34v104q0 72-72 72H194q-72 0-72-72z", "body x")
    c.path("M130 300q10-92 170-92t170 92q-170 26-340 0z", "body y")
    c.shine("M160 282q18-50 100-60-56 22-66 66z", 0.55)
    c.tube("M128 304q172 26 344 0", "steel y", 6)
    c.circle(346, 226, 14, "dark y")
    c.tube("M342 196q-12-16 0-30m16 30q-10-16 2-32", "#ffffff99", 5)
    c.rect(236, 350, 128, 112, 24, "dark y")
    c.circle(300, 390, 24, "steel y")
    c.tube("M300 390v-14", "#a53a17", 4)
    c.rect(262, 428, 34, 16, 8, "glow y")
    c.rect(304, 428, 34, 16, 8, "#6b625c")
    c.rect(176, 494, 50, 14, 6, "dark y")
    c.rect(374, 494, 50, 14, 6, "dark y")
    return 122, 160, 478, 508
