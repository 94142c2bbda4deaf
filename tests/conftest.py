"""Shared set-up: `UPHELD_TEST_DB=postgresql` starts a private server for the whole run."""

from __future__ import annotations

import os

import hypothesis
import pytest
from django.conf import settings

# Two noisy cores: no test may fail for being slow, and a failure must come again.
hypothesis.settings.register_profile(
    "upheld",
    deadline=None,
    derandomize=True,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("upheld")


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
