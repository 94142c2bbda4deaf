"""Django's sqlite3 backend with the guard in it."""

from __future__ import annotations

from django.db.backends.sqlite3 import base


class DatabaseWrapper(base.DatabaseWrapper):
    """The connection of a guarded database."""
