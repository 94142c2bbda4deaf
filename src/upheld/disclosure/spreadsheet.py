"""Text that a spreadsheet would run as a formula, made harmless."""

from __future__ import annotations

from typing import Any

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def harmless(value: Any) -> Any:
    """Return text that no spreadsheet runs; telephone numbers stay as they are."""
    if not isinstance(value, str) or not value.startswith(_FORMULA):
        return value
    plain = value[1:].replace(" ", "").replace("-", "")
    if value[0] == "+" and plain.isascii() and plain.isdigit():
        return value
    return "'" + value
