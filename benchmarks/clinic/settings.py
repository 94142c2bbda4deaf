"""The test clinic with a second, unguarded database.

`UPHELD_BENCH_PG_PORT` names a private PostgreSQL with the databases `default` and `stock`;
without it both are SQLite in memory, where a statement costs least.
`UPHELD_BENCH_GUARD_BOTH` guards the second one too.
"""

from __future__ import annotations

import os
from typing import Any

from benchmarks.unmigrated import Unmigrated
from tests.project.settings import *  # noqa: F403 - this is that module, with two databases

MIGRATION_MODULES: Any = Unmigrated()


def _database(name: str, engines: str) -> dict[str, Any]:
    port = os.environ.get("UPHELD_BENCH_PG_PORT")
    if port is None:
        # A file where the disk is part of what is measured.
        place = os.environ.get("UPHELD_BENCH_SQLITE") if name == "default" else None
        options = {
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        }
        found = {"ENGINE": f"{engines}.sqlite3", "NAME": place or ":memory:"}
        return found | ({"OPTIONS": options} if place else {})
    place = {"HOST": "127.0.0.1", "PORT": port, "NAME": name, "USER": "upheld"}
    return {"ENGINE": f"{engines}.postgresql", **place}


DATABASES = {
    "default": _database("default", "upheld.guard.backends"),
    "stock": _database(
        "stock",
        "upheld.guard.backends"
        if "UPHELD_BENCH_GUARD_BOTH" in os.environ
        else "django.db.backends",
    ),
}
