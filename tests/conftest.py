"""Shared set-up: `UPHELD_TEST_DB=postgresql` starts a private server for the whole run."""

from __future__ import annotations

import os

import pytest
from django.conf import settings


def pytest_configure(config: pytest.Config) -> None:
    if os.environ.get("UPHELD_TEST_DB", "sqlite") != "postgresql":
        return
    if "UPHELD_TEST_PG_PORT" in os.environ:  # an xdist worker, or a server the caller started
        return
    from tests.postgres import PostgreSQL

    port = str(PostgreSQL().start().port)
    # For processes that a test starts.
    os.environ["UPHELD_TEST_PG_PORT"] = os.environ["UPHELD_PG_PORT"] = port
    settings.DATABASES["default"]["PORT"] = port  # pytest-django has read them already
