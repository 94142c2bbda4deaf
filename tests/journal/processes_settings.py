"""The engine's project for worker processes: the database is named by the test."""

from __future__ import annotations

import os

from tests.project.settings import *  # noqa: F403 - settings are read by name

DATABASES["default"]["NAME"] = os.environ["UPHELD_TEST_DB_NAME"]  # noqa: F405 - see above
if os.environ.get("UPHELD_TEST_DB", "sqlite") != "postgresql":
    DATABASES["default"]["OPTIONS"] = {"timeout": 60}  # noqa: F405 - see above


class _NoMigrations:
    def __contains__(self, app: str) -> bool:
        return True

    def __getitem__(self, app: str) -> None:
        return None


MIGRATION_MODULES = _NoMigrations()
