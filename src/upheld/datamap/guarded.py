"""Which databases are reached through the guard."""

from __future__ import annotations

from django.db import connections

BACKENDS = "upheld.guard.backends."
"""The guard's backends, and what is built on them."""


def is_guarded(alias: str) -> bool:
    """True when the database `alias` is reached through one of our backends."""
    return any(base.__module__.startswith(BACKENDS) for base in type(connections[alias]).__mro__)
