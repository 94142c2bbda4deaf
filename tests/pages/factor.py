"""A second factor for tests: one right code."""

from __future__ import annotations

from typing import Any

RIGHT = "271828"


class Factor:
    """Everybody has it set up."""

    def has(self, user: Any) -> bool:
        return bool(user.is_active)

    def check(self, user: Any, code: str) -> bool:
        return code == RIGHT
