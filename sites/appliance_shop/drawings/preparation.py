"""Mixers, blenders, grinders, juicers."""

from __future__ import annotations

from sites.appliance_shop.drawings.breakfast import Box
from sites.appliance_shop.drawings.canvas import Canvas


def stand_mixer(c: Canvas) -> Box:
    """A tilt-head stand mixer with a steel bowl."""
    c.path("M372 470q-16-90 6-196l92 6q14 110-4 190z", "body x")
    c.path("M112 500q-8-40 44-42h300q42 0 42 42z", "body y")
    c.path("M104 496h400v8q0 8-8 8H112q-8 0-8-8z", "dark y")
    c.tube("M224 300v60q-34 24-20 62 18 26 42 2", "steel y", 12)
    c.path("M128 336h196q0 112-56 122h-84q-56-10-56-122z", "steel x")
    c.shine("M148 350h26q2 66 32 98-50-14-58-98z", 0.65)
    c.rect(120, 326, 212, 16, 8, "steel y")
    c.tube("M332 352q48 4 40 44t-58 34", "steel y", 11)
    c.rect(182, 448, 88, 18, 6, "dark y")
    c.path(
        "M120 244q0-66 84-74 130-18 232 12 62 22 58 74-2 40-60 46-160 18-262-2-52-12-52-56z",
        "body y",
    )
    c.shine("M146 226q10-36 74-42 90-8 160 4-130-2-178 16-30 12-36 40z", 0.5)
    c.rect(196, 292, 58, 22, 8, "steel y")
    c.tube("M124 258q180 26 370 2", "steel y", 6)
    c.circle(146, 234, 19, "steel y")
    c.circle(146, 234, 10, "dark y")
    c.knob(424, 226, 20)
    c.badge(304, 222, 56)
    return 104, 166, 504, 512


def hand_mixer(c: Canvas) -> Box:
    """A hand mixer lying in the air above its beaters."""
    for x in (206, 262):
        c.rect(x - 4, 320, 8, 74, 3, "steel y")
        for w in (24, 12):
            c.ellipse(x, 442, w, 58, "none", stroke="steel y", width=5)
        c.tube(f"M{x} 384v116", "steel y", 5)
        c.circle(x, 500, 6, "steel y")
    c.tube("M196 236q6-92 104-96h70q96 6 92 104", "body y", 34)
    c.tube("M204 222q12-68 96-72h60", "#ffffff66", 7)
    c.path("M128 272q4-52 84-54h224q64 6 66 40-4 30-44 34-40 36-120 36H210q-82-4-82-56z", "body y")
    c.shine("M150 266q10-34 66-36h180q-120 6-176 18t-54 34q-14-6-16-16z", 0.4)
    c.rect(176, 312, 116, 24, 10, "dark y")
    c.rect(236, 128, 62, 20, 8, "steel y")
    c.rect(310, 124, 26, 18, 7, "ember y")
    c.badge(330, 272, 56)
    return 128, 120, 502, 506


def processor(c: Canvas) -> Box:
    """A food processor with a clear bowl."""
    c.rect(330, 120, 66, 92, 8, "#e3eef1", opacity=0.85)
    c.rect(340, 104, 46, 66, 8, "body x")
    c.tube("M430 240q62 10 54 84t-66 70", "dark y", 20)
    c.path("M168 214h264l-14 178H182z", "#e3eef1", opacity=0.8)
    c.path("M186 330q120-22 240-2l-6 62H184z", "leaf y")
    for x, y in (
        (214, 344),
        (256, 336),
        (312, 342),
        (366, 336),
        (398, 352),
        (236, 366),
        (340, 366),
    ):
        c.circle(x, y, 9, "#d9e9b6")
    c.path("M292 384v-60h16v60z", "steel x")
    c.path("M308 344q60-18 92 6-52 6-92 8zM292 362q-52-14-88 8 48 6 88 4z", "steel y")
    c.shine("M188 224h26l-8 160h-10z", 0.7)
    c.rect(158, 200, 284, 20, 10, "steel y")
    c.path("M160 392h280l28 84q6 24-20 24H152q-26 0-20-24z", "body y")
    c.shine("M176 404h130q-90 6-112 22t-28 48h-16z", 0.4)
    c.knob(300, 448, 36, "dark")
    c.rect(196, 440, 42, 16, 8, "dark y")
    c.rect(362, 440, 42, 16, 8, "glow y")
    c.rect(146, 496, 308, 12, 6, "dark y")
    return 130, 104, 488, 508


def blender(c: Canvas) -> Box:
    """A jug blender with a green drink."""
    c.rect(262, 94, 76, 28, 8, "dark y")
    c.path("M204 118h192v28H204z", "dark y")
    c.tube("M392 168q66 0 62 66t-72 84", "#cfdde1", 17)
    c.path("M204 144h192l-24 224H228z", "#e3eef1", opacity=0.85)
    c.path("M214 220q86-18 172 0l-16 146H230z", "leaf y")
    c.path("M214 220q86-18 172 0-86 18-172 0z", "#cfe4a8")
    c.shine("M222 154h22l18 206h-14z", 0.7)
    for y in (248, 278, 308, 338):
        c.tube(f"M356 {y}h18", "#ffffff", 4)
    c.path("M226 364h148l8 26H218z", "steel x")
    c.path("M206 388h188l30 90q6 24-20 24H196q-26 0-20-24z", "body y")
    c.shine("M222 400h90q-66 8-82 26t-24 52h-14z", 0.34)
    c.knob(300, 448, 32)
    c.circle(228, 456, 7, "glow y")
    c.rect(188, 498, 224, 12, 6, "dark y")
    return 174, 94, 456, 510


def stick_blender(c: Canvas) -> Box:
    """A stick blender with its beaker and whisk."""
    c.path("M372 310h116l-12 180q-2 14-16 14h-60q-14 0-16-14z", "#e3eef1", opacity=0.85)
    c.path("M378 400h104l-6 88q-2 12-14 12h-64q-12 0-14-12z", "orange y")
    c.shine("M384 320h14l8 172h-8q-6 0-7-10z", 0.7)
    c.rect(364, 302, 132, 12, 6, "steel y")
    c.path("M206 116q-2-30 36-30t36 30l-4 180q0 14-14 14h-36q-14 0-14-14z", "body x")
    c.shine("M220 122q2-22 14-26l-2 196q-6 0-8-8z", 0.4)
    c.rect(230, 142, 24, 52, 12, "dark y")
    c.circle(242, 158, 8, "steel y")
    c.circle(242, 180, 8, "glow y")
    c.rect(216, 300, 52, 18, 6, "dark y")
    c.path("M228 318h28l4 120h-36z", "steel x")
    c.path("M214 436h56q14 20 14 56 0 12-12 12h-60q-12 0-12-12 0-36 14-56z", "steel x")
    for x in (212, 234, 256):
        c.rect(x, 470, 14, 28, 7, "#5a5450")
    c.badge(242, 252, 40)
    c.tube("M128 330v60", "steel y", 8)
    for w in (34, 20, 6):
        c.ellipse(128, 446, w, 58, "none", stroke="steel y", width=4)
    c.rect(112, 300, 32, 38, 10, "body x")
    return 94, 86, 496, 504


def juicer(c: Canvas) -> Box:
    """A citrus press with a halved orange."""
    c.path("M214 318h172l20 160q2 24-22 24H216q-24 0-22-24z", "body x")
    c.shine("M232 330h28l-14 164h-20q-10-2-8-18z", 0.38)
    c.path("M196 330 148 344q-12 6-4 18l60 8z", "steel y")
    c.path("M176 262h248q0 64-52 66H228q-52-2-52-66z", "steel x")
    c.shine("M196 272h26q2 34 28 50-46-4-54-50z", 0.6)
    c.ellipse(300, 262, 124, 26, "steel y")
    c.ellipse(300, 262, 106, 19, "#f7b64c")
    c.path("M244 262q4-92 56-112 52 20 56 112-56 16-112 0z", "body y")
    c.tube("M300 152q-4 50 0 114m-20-104q-16 44-18 98m58-98q16 44 18 98", "#ffffff88", 5)
    c.rect(236, 488, 128, 16, 6, "dark y")
    c.badge(304, 424)
    c.circle(466, 452, 52, "orange y")
    c.circle(458, 454, 44, "#ffe9bd")
    c.circle(458, 454, 38, "#f9b13f")
    for dx, dy in ((0, -36), (31, -18), (31, 18), (0, 36), (-31, 18), (-31, -18)):
        c.tube(f"M458 454l{dx} {dy}", "#ffe9bd", 4)
    c.rect(112, 404, 62, 100, 8, "#e3eef1", opacity=0.9)
    c.rect(118, 436, 50, 64, 6, "orange y")
    return 112, 150, 518, 504


def grinder(c: Canvas) -> Box:
    """A burr grinder, beans above and grounds below."""
    c.rect(232, 96, 136, 20, 10, "dark y")
    c.path("M224 114h152l-14 112H238z", "#e3eef1", opacity=0.85)
    c.path("M230 160h140l-9 66H239z", "coffee y")
    for x, y in (
        (250, 170),
        (276, 164),
        (304, 170),
        (332, 164),
        (352, 174),
        (264, 190),
        (292, 194),
        (322, 190),
        (346, 200),
        (280, 212),
        (312, 214),
    ):
        c.ellipse(x, y, 12, 8, "#7a4a2c")
        c.tube(f"M{x - 9} {y}q9-5 18 0", "#3a2013", 2)
    c.shine("M234 124h18l8 98h-12z", 0.7)
    c.rect(214, 222, 172, 30, 10, "steel x")
    c.path("M204 250h192v224q0 26-26 26H230q-26 0-26-26z", "body x")
    c.shine("M222 262h26v228h-14q-12-2-12-18z", 0.3)
    c.knob(300, 296, 30)
    c.rect(236, 348, 128, 128, 14, "#1d1917")
    c.rect(246, 372, 108, 102, 10, "#d8e4e8", opacity=0.9)
    c.rect(250, 422, 100, 50, 8, "coffee y")
    c.shine("M254 378h14v92h-10q-4 0-4-6z", 0.7)
    c.rect(284, 392, 32, 12, 6, "steel y")
    c.rect(190, 496, 220, 14, 7, "dark y")
    return 190, 96, 410, 510
