"""People and rows that the guard's tests share."""

from __future__ import annotations
