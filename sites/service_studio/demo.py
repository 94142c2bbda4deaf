"""The studio's demo: the outside service that translates stands beside it."""

from __future__ import annotations

from sites.frame.demonstration import Beside, Demo

ELSEWHERE = "127.0.0.2"
"""Another host than the site's, as a real service would be."""

DEMO = Demo(
    beside=(
        Beside(
            "widget",
            "sites.outside",
            "UPHELD_WIDGET_URL",
            words=("widget", "--host", ELSEWHERE),
            host=ELSEWHERE,
        ),
    ),
)
