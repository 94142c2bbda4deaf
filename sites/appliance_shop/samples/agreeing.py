"""The newsletters that invented people may have agreed to."""

from __future__ import annotations

from typing import Final

from sites.frame.samples.agreeing import agree

__all__ = ["NEWSLETTERS", "agree"]

NEWSLETTERS: Final = ("weekly_bundle_mail", "discount_mail", "launch_mail")
