"""The studio's demo."""

from __future__ import annotations

from sites.frame.demonstration import Demo

DEMO = Demo()
