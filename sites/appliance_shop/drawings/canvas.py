"""A sheet of 600 by 600 that product drawings are made on, as a picture or as an outline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sites.appliance_shop.drawings.finishes import FINISHES

SIDE = 600
TABLE = 488  # height of the table's edge; appliances stand a little below it

Paint = str
"""`body x` = the finish shaded across, `body y` = shaded down, `steel y`..., or a plain colour."""


def number(value: float) -> str:
    """Print a coordinate short: at most one decimal."""
    return f"{value:.1f}".removesuffix(".0")


@dataclass
class Canvas:
    """Collects shapes of one appliance. `outline=True` draws lines only, for the size sheet."""

    finish: str
    outline: bool = False
    _defs: dict[str, str] = field(default_factory=dict)
    _shapes: list[str] = field(default_factory=list)

    # -- paint

    def paint(self, spec: Paint) -> str:
        """Return what goes into `fill`; makes the gradient when it is first needed."""
        name, _, axis = spec.partition(" ")
        if not axis:
            return spec
        finish = FINISHES[self.finish if name == "body" else name]
        key = f"{name[:3]}{axis}"
        if key not in self._defs:
            if axis == "x":  # a round side, lit from the left
                stops = [
                    (0, finish.dark),
                    (0.1, finish.middle),
                    (0.3, finish.light),
                    (0.62, finish.middle),
                    (1, finish.dark),
                ]
                ends = 'x2="1" y2="0"'
            elif axis == "y":  # a flat front, lit from above
                stops = [(0, finish.light), (0.45, finish.middle), (1, finish.dark)]
                ends = 'x2="0" y2="1"'
            else:  # "z": a flat front, lit evenly
                stops = [(0, finish.light), (1, finish.middle)]
                ends = 'x2="0.7" y2="1"'
            marks = "".join(f'<stop offset="{o}" stop-color="{c}"/>' for o, c in stops)
            self._defs[key] = f'<linearGradient id="{key}" {ends}>{marks}</linearGradient>'
        return f"url(#{key})"

    def _style(self, fill: Paint, stroke: str = "", width: float = 0, opacity: float = 1) -> str:
        if self.outline:
            return ' class="o"' if fill != "none" else ' class="o n"'
        text = f' fill="{self.paint(fill)}"'
        if stroke:
            text += f' stroke="{self.paint(stroke)}" stroke-width="{number(width)}"'
            text += ' stroke-linecap="round" stroke-linejoin="round"'
        if opacity != 1:
            text += f' opacity="{opacity}"'
        return text

    # -- shapes

    def rect(
        self, x: float, y: float, w: float, h: float, r: float, fill: Paint, **style: object
    ) -> None:
        """A box with corners rounded by `r`."""
        at = f'x="{number(x)}" y="{number(y)}" width="{number(w)}" height="{number(h)}"'
        self._shapes.append(f'<rect {at} rx="{number(r)}"{self._style(fill, **style)}/>')  # type: ignore[arg-type] # checked by _style's signature

    def ellipse(
        self, cx: float, cy: float, rx: float, ry: float, fill: Paint, **style: object
    ) -> None:
        """An ellipse by centre and half axes."""
        at = f'cx="{number(cx)}" cy="{number(cy)}" rx="{number(rx)}" ry="{number(ry)}"'
        self._shapes.append(f"<ellipse {at}{self._style(fill, **style)}/>")  # type: ignore[arg-type] # checked by _style's signature

    def circle(self, cx: float, cy: float, r: float, fill: Paint, **style: object) -> None:
        """A circle by centre and radius."""
        self.ellipse(cx, cy, r, r, fill, **style)

    def path(self, d: str, fill: Paint, **style: object) -> None:
        """A free shape in SVG path words."""
        self._shapes.append(f'<path d="{d}"{self._style(fill, **style)}/>')  # type: ignore[arg-type] # checked by _style's signature

    def tube(self, d: str, colour: Paint, width: float) -> None:
        """A bent bar: a handle, a hose, a wire. In outlines a plain line."""
        if not set(d) & set("qQaAcC"):  # a straight line has no box to shade a gradient over
            name = colour.split(" ")[0]
            finish = FINISHES.get(self.finish if name == "body" else name)
            colour = colour if finish is None else finish.dark if width > 6 else finish.middle
            self.path(d, "none", stroke=colour, width=width)
            if finish is not None and width > 6 and not self.outline:
                self.path(d, "none", stroke=finish.light, width=width * 0.55)
            return
        self.path(d, "none", stroke=colour, width=width)

    # -- light, in pictures only

    def shine(self, d: str, opacity: float = 0.35) -> None:
        """A reflection."""
        if not self.outline:
            self._shapes.append(f'<path d="{d}" fill="#fff" opacity="{opacity}"/>')

    def streak(self, x: float, y: float, w: float, h: float, opacity: float = 0.4) -> None:
        """A soft upright or lying reflection with round ends."""
        if not self.outline:
            at = f'x="{number(x)}" y="{number(y)}" width="{number(w)}" height="{number(h)}"'
            r = number(min(w, h) / 2)
            self._shapes.append(f'<rect {at} rx="{r}" fill="#fff" opacity="{opacity}"/>')

    def shade(self, d: str, opacity: float = 0.18) -> None:
        """A darker patch."""
        if not self.outline:
            self._shapes.append(f'<path d="{d}" fill="#1c0f06" opacity="{opacity}"/>')

    def knob(self, cx: float, cy: float, r: float, paint: str = "steel") -> None:
        """A turning knob with its pointer."""
        self.circle(cx, cy, r, f"{paint} y")
        self.circle(cx, cy, r * 0.72, f"{paint} z")
        self.tube(f"M{number(cx)} {number(cy)}v{number(-r * 0.6)}", "#6b3a22", max(2.0, r / 6))

    def badge(self, cx: float, cy: float, w: float = 46) -> None:
        """The house mark: a small plate with a flame."""
        self.rect(cx - w / 2, cy - 8, w, 16, 8, "steel z")
        flame = f"M{number(cx)} {number(cy - 6)}q6 5 4 9a5 4 0 0 1-8 0q-1-4 4-9z"
        self.path(flame, "#b3431d")

    # -- sheets

    def pieces(self, prefix: str) -> tuple[str, str]:
        """Return shapes and gradients apart, their ids made unique by `prefix`."""
        shapes, defs = "".join(self._shapes), "".join(self._defs.values())
        for key in self._defs:
            shapes = shapes.replace(f"url(#{key})", f"url(#{prefix}{key})")
            defs = defs.replace(f'id="{key}"', f'id="{prefix}{key}"')
        return shapes, defs

    def picture(self, shadow: tuple[float, float]) -> str:
        """Return the finished picture. `shadow` = centre and half width of the shadow."""
        return self.scene("".join(self._shapes), "".join(self._defs.values()), [shadow])

    def scene(self, shapes: str, defs: str, shadows: Sequence[tuple[float, float]]) -> str:
        """Return shapes on the table before the wall, in the light of this finish."""
        wall = FINISHES[self.finish].wall
        fallen = "".join(
            f'<ellipse cx="{number(cx + 14)}" cy="{TABLE + 16}" rx="{number(rx * 1.12)}" ry="26"'
            ' fill="url(#s)"/>'
            for cx, rx in shadows
        )
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}"'
            f' width="{SIDE}" height="{SIDE}"><defs>'
            f'<radialGradient id="w" cx=".42" cy=".3" r=".9"><stop stop-color="{wall[0]}"/>'
            f'<stop offset="1" stop-color="{wall[1]}"/></radialGradient>'
            '<linearGradient id="t" x2="0" y2="1"><stop stop-color="#fff" stop-opacity=".5"/>'
            '<stop offset="1" stop-color="#fff" stop-opacity=".12"/></linearGradient>'
            '<radialGradient id="s"><stop stop-color="#2a1608" stop-opacity=".5"/>'
            '<stop offset=".55" stop-color="#2a1608" stop-opacity=".22"/>'
            '<stop offset="1" stop-color="#2a1608" stop-opacity="0"/></radialGradient>'
            f'{defs}</defs><path fill="url(#w)" d="M0 0h600v600H0z"/>'
            f'<path fill="url(#t)" d="M0 {TABLE - 18}h600V600H0z"/>{fallen}{shapes}</svg>\n'
        )

    def sheet(self, box: tuple[float, float, float, float], width: str, height: str) -> str:
        """Return the size sheet: the outline with its width and height written beside it."""
        left, top, right, bottom = box
        below, beside = bottom + 40, right + 40
        w_mid, h_mid = (left + right) / 2, (top + bottom) / 2
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}"'
            f' width="{SIDE}" height="{SIDE}"><style>.o{{fill:#fffdf9;stroke:#5b4636;'
            "stroke-width:2;stroke-linejoin:round}.n{fill:none}.d{stroke:#a53a17;stroke-width:2;"
            "fill:none}text{font:600 22px sans-serif;fill:#85290c;text-anchor:middle}</style>"
            '<path fill="#fbf6ee" d="M0 0h600v600H0z"/>'
            f'<g transform="translate(-18 -22)">{"".join(self._shapes)}'
            f'<path class="d" d="M{number(left)} {number(below)}H{number(right)}'
            f"m0-8v16M{number(left)} {number(below - 8)}v16"
            f"M{number(beside)} {number(top)}V{number(bottom)}m-8 0h16"
            f'M{number(beside - 8)} {number(top)}h16"/>'
            f'<text x="{number(w_mid)}" y="{number(below + 30)}">{width}</text>'
            f'<text x="{number(beside + 22)}" y="{number(h_mid)}"'
            f' transform="rotate(90 {number(beside + 22)} {number(h_mid)})">{height}</text>'
            "</g></svg>\n"
        )
