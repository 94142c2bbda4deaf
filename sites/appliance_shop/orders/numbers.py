"""Order numbers: not counted up, so one order's number says nothing about another's."""

from __future__ import annotations

import secrets

_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""No 0, O, 1, I, L: people read numbers aloud."""


def new_number() -> str:
    """Return a fresh number such as `HH-7KQ2-M9XD` (31^8 of them)."""
    signs = "".join(secrets.choice(_SIGNS) for _ in range(8))
    return f"HH-{signs[:4]}-{signs[4:]}"
