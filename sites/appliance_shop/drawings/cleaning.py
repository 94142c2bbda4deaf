"""Vacuum cleaners, irons, washing machines."""

from __future__ import annotations

from sites.appliance_shop.drawings.breakfast import Box
from sites.appliance_shop.drawings.canvas import Canvas


def stick_vacuum(c: Canvas) -> Box:
    """A cordless stick vacuum, leaning."""
    c.tube("M230 470 356 232", "steel y", 17)
    c.tube("M224 466 350 228", "#ffffff88", 4)
    c.path("M116 478q4-24 34-26l128-2q22 4 20 30v22H124q-10-4-8-24z", "body y")
    c.rect(116, 492, 184, 16, 8, "dark y")
    c.circle(222, 466, 18, "dark y")
    c.path(
        "M334 262q-14-30 4-60l28-48q30-34 62-10l18 14q26 26 6 60l-34 52q-32 34-64 12z",
        "#dfeaee",
        opacity=0.92,
    )
    c.path("M348 250q-2-20 10-40l34 22q-14 26-32 34-10-4-12-16z", "#b9a58f")
    c.path("M362 156q26-38 62-16l26 16q30 26 6 62l-16 22-94-60z", "body y")
    c.shine("M374 158q18-24 40-14-24 6-32 26z", 0.5)
    c.tube("M436 140q40-58 66-10 12 56-40 96", "dark y", 21)
    c.circle(408, 178, 20, "steel y")
    c.circle(408, 178, 11, "dark y")
    c.rect(448, 218, 44, 52, 10, "dark y")
    c.rect(460, 230, 20, 8, 4, "#8fe6a8")
    return 114, 100, 506, 508


def canister_vacuum(c: Canvas) -> Box:
    """A canister vacuum with its hose."""
    c.tube("M380 372q-20-190-170-176-84 12-104 96L62 470", "dark y", 23)
    c.tube("M380 372q-20-190-170-176-84 12-104 96", "#ffffff2e", 7)
    c.tube("M108 286 64 466", "steel y", 15)
    c.path("M26 500q0-26 26-28h72q16 2 16 28z", "body y")
    c.rect(24, 492, 118, 14, 7, "dark y")
    c.path("M216 470q-8-70 56-96 80-34 170-10 92 26 92 106z", "body y")
    c.shine("M246 440q4-38 52-54 60-18 110-8-80 4-112 24t-32 44z", 0.45)
    c.path("M358 366q60-34 118 2l-20 28q-36-20-76-2z", "dark y")
    c.rect(212, 456, 324, 22, 10, "steel y")
    c.circle(458, 458, 50, "dark y")
    c.circle(458, 458, 32, "body y")
    c.circle(458, 458, 12, "steel y")
    c.circle(258, 482, 26, "dark y")
    c.circle(258, 482, 12, "steel y")
    c.badge(336, 426, 56)
    c.rect(362, 352, 38, 30, 10, "steel y")
    return 24, 176, 536, 508


def robot_vacuum(c: Canvas) -> Box:
    """A robot vacuum before its charging dock."""
    c.rect(220, 246, 160, 150, 18, "body y")
    c.rect(238, 262, 124, 84, 12, "#00000033")
    c.circle(300, 304, 12, "glow y")
    c.path("M76 424v32q0 54 224 54t224-54v-32z", "dark y")
    c.ellipse(300, 422, 224, 76, "body y")
    c.ellipse(300, 414, 206, 66, "body z")
    c.shine("M112 404q20-46 130-54-84 22-96 62z", 0.28)
    c.ellipse(300, 396, 62, 20, "dark y")
    c.path("M238 380v16q0 20 62 20t62-20v-16z", "dark y")
    c.ellipse(300, 380, 62, 20, "steel y")
    c.ellipse(300, 380, 40, 12, "dark y")
    c.ellipse(300, 454, 26, 9, "steel y")
    c.tube("M300 448v8", "#a53a17", 4)
    c.rect(210, 490, 180, 10, 5, "#6b625c")
    c.tube("M98 478 54 506m46-22-26 28m34-22-8 22", "#e7dccd", 4)
    return 52, 246, 524, 512


def iron(c: Canvas) -> Box:
    """A steam iron with a clear tank."""
    c.path("M84 484q40-118 180-166l180-20q52 4 62 60l18 126z", "body y")
    c.path("M132 470q36-90 150-128l60-6q-80 44-94 134z", "#bfe0ec", opacity=0.8)
    c.shine("M162 452q24-60 96-92-40 40-46 92z", 0.5)
    c.path(
        "M262 322q24-74 110-86l84-4q56 6 62 70l-44 6q-6-30-30-32l-64 4q-44 8-62 38z",
        "dark y",
    )
    c.tube("M302 268q24-22 74-24h64", "#ffffff33", 6)
    c.knob(372, 330, 27)
    c.rect(424, 316, 56, 20, 8, "steel z")
    c.circle(318, 250, 11, "ember y")
    c.circle(346, 242, 9, "steel y")
    c.path("M60 500q4-18 22-20h444q12 4 12 20 0 8-10 8H70q-12 0-10-8z", "steel y")
    c.streak(110, 488, 380, 5, 0.6)
    c.tube("M508 306q60-30 66-130", "dark y", 9)
    c.badge(442, 412, 56)
    return 58, 176, 578, 508


def washer(c: Canvas) -> Box:
    """A front-loading washing machine."""
    c.rect(132, 96, 336, 398, 18, "body y")
    c.rect(132, 96, 336, 78, 18, "body z")
    c.tube("M134 176h332", "#2a1a1233", 3)
    c.rect(152, 116, 92, 40, 8, "#00000010")
    c.rect(184, 132, 30, 8, 4, "steel y")
    c.knob(300, 136, 27)
    c.rect(346, 116, 102, 40, 8, "#15221d")
    c.tube("M366 128v16m10-16v16m16-14v2m0 8v2m12-14h12v8h-12v8h12", "#8fe6a8", 4)
    c.circle(300, 324, 124, "steel y")
    c.circle(300, 324, 106, "dark y")
    c.circle(300, 324, 90, "#31454f")
    c.path("M214 340q30-40 72-18t84-20q22 22 18 42-26 68-88 70-66-6-86-74z", "#8ec6dc")
    c.path("M240 352q26-26 54 0t60-14q10 30-10 48-24 26-56 26-40-10-48-60z", "ember y")
    c.path("M300 330q30-24 56 0 6 26-24 34-34 2-32-34z", "butter y")
    for x, y in ((250, 312), (276, 298), (330, 296), (352, 312), (304, 306)):
        c.circle(x, y, 9, "#ffffffb0")
    c.shine("M226 276q26-40 70-42-36 18-50 60z", 0.35)
    c.rect(410, 306, 20, 42, 8, "steel y")
    c.rect(148, 470, 304, 14, 4, "#00000012")
    c.rect(150, 494, 44, 16, 4, "dark y")
    c.rect(406, 494, 44, 16, 4, "dark y")
    return 132, 96, 468, 510


def dishwasher(c: Canvas) -> Box:
    """A dishwasher, the door down and the basket out."""
    c.rect(150, 92, 300, 400, 12, "body y")
    c.rect(150, 92, 300, 56, 12, "dark y")
    c.rect(260, 108, 80, 24, 6, "#15221d")
    c.tube("M278 114v12m8-12v12m14-10v1m0 6v1m10-9h10v6h-10v6h10", "#8fe6a8", 3)
    for x in (182, 208, 234, 366, 392, 418):
        c.circle(x, 120, 6, "steel y")
    c.rect(166, 152, 268, 250, 6, "#dce6e9")
    c.shade("M166 152h268v30q-160-14-268 26z", 0.12)
    c.ellipse(300, 276, 96, 8, "steel y")
    c.tube("M180 236h240M180 340h240", "#8f9699", 5)
    for x in range(190, 420, 24):
        c.tube(f"M{x} 340v26M{x} 236v22", "#8f9699", 3)
    for i, tone in enumerate(("white y", "sky y", "white y", "ember y", "white y", "butter y")):
        c.ellipse(206 + i * 36, 306, 12, 40, tone)
    for x in (196, 244, 292, 340, 388):
        c.path(f"M{x} 200h30l-5 36h-20z", "#f6fbfc", opacity=0.9)
    c.path("M166 402h268l34 92q2 10-8 10H140q-10 0-8-10z", "body x")
    c.path("M184 414h232l26 72H158z", "#c4ced2")
    c.shine("M196 420h70l-20 60h-66z", 0.5)
    c.rect(126, 498, 348, 12, 5, "dark y")
    return 126, 92, 474, 510
