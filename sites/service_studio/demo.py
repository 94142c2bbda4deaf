"""The studio's demo."""

from __future__ import annotations

from sites.frame.demonstration import Beside, Demo

DEMO = Demo(
    beside=(
        # The outside translation service, at another address than the site's.
        Beside("widget", "sites.outside", "UPHELD_WIDGET_URL", words=("widget",), host="127.0.0.2"),
    )
)
