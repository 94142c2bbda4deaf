"""The site's demo: nothing stands beside it yet."""

from __future__ import annotations

from sites.frame.demonstration import Demo

DEMO = Demo()
