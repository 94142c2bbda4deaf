"""Django's postgresql backend with the guard in it."""

from __future__ import annotations

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """The connection of a guarded database."""
