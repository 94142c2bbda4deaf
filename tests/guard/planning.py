"""Remembering statements in a place of one's own, or not at all."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from upheld.guard.generations import Generations


class NoPlans(Generations[Any]):
    """Keeps nothing: each statement is compiled."""

    def get(self, key: Hashable) -> None:
        return None


@contextmanager
def plans(kept: Generations[Any]) -> Iterator[Generations[Any]]:
    before, connection.gate.plans = connection.gate.plans, kept
    try:
        yield kept
    finally:
        connection.gate.plans = before
