"""The database of a site: SQLite in its state folder, PostgreSQL by `UPHELD_DB=postgresql`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

Databases = dict[str, dict[str, Any]]


def databases(site: str, state: Path, *, guard: bool) -> Databases:
    """Return `DATABASES`. Without `guard` it is Django's stock backends.

    `UPHELD_PG_HOST`, `_PORT`, `_NAME`, `_USER` and `_PASSWORD` say where PostgreSQL is, and
    `UPHELD_PG_OWNER` names the owner of the tables for the second line (docs/second-line.md).
    """
    engines = "upheld.guard.backends" if guard else "django.db.backends"
    if os.environ.get("UPHELD_DB", "sqlite") == "postgresql":
        return _postgresql(site, f"{engines}.postgresql", guard=guard)
    return {
        "default": {
            "ENGINE": f"{engines}.sqlite3",
            "NAME": state / "db.sqlite3",
            "TEST": {"NAME": ":memory:"},
            # The last connection to close writes the whole log back and waits for the disk.
            "CONN_MAX_AGE": 60,
            "OPTIONS": {
                # One writer at a time: asking for the lock at the start waits instead of failing.
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            },
        }
    }


def _postgresql(site: str, engine: str, *, guard: bool) -> Databases:
    default: dict[str, Any] = {
        "ENGINE": engine,
        "HOST": os.environ.get("UPHELD_PG_HOST", "127.0.0.1"),
        "PORT": os.environ.get("UPHELD_PG_PORT", "5432"),
        "NAME": os.environ.get("UPHELD_PG_NAME", site),
        "USER": os.environ.get("UPHELD_PG_USER", "upheld"),
        "PASSWORD": os.environ.get("UPHELD_PG_PASSWORD", ""),
        "CONN_MAX_AGE": 60,
    }
    if not guard or "UPHELD_PG_OWNER" not in os.environ:
        return {"default": default}
    owner = {
        **default,
        "USER": os.environ["UPHELD_PG_OWNER"],
        "PASSWORD": os.environ.get("UPHELD_PG_OWNER_PASSWORD", ""),
    }
    return {"default": default, "owner": owner}
