"""Times as buckets: what is stored is the lower end of one of a few, never the time itself."""

from __future__ import annotations

from bisect import bisect_right

DWELL = (0, 5, 10, 30, 60, 180, 600)
"""Seconds a page was looked at."""
SPEED = (0, 50, 100, 250, 500, 1000, 2500, 5000, 10_000)
"""Milliseconds a page took to be made, or to load."""


def bucket(value: float, ends: tuple[int, ...]) -> int:
    """The lower end of the bucket that `value` falls in; less than nothing is nothing."""
    return ends[max(0, bisect_right(ends, value) - 1)]


def words(end: int, ends: tuple[int, ...], unit: str) -> str:
    """A bucket in words: `30 to 60 s`, `600 s or more`."""
    at = ends.index(end)
    return f"{end} to {ends[at + 1]} {unit}" if at + 1 < len(ends) else f"{end} {unit} or more"
