"""Shared set-up: `UPHELD_TEST_DB=postgresql` starts a private server for the whole run."""

from __future__ import annotations

import os

import hypothesis
import pytest
from django.conf import settings
from django.db import connections

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


@pytest.fixture(scope="session")
def django_db_modify_db_settings_xdist_suffix(request: pytest.FixtureRequest) -> None:
    """Give each worker a database of its own: by name on PostgreSQL; on SQLite each process
    has its own memory, and a suffix would make a file of it.

    pytest-django's own fixture spares only Django's engine, by its name.
    """
    worker = getattr(request.config, "workerinput", {}).get("workerid")
    if not worker:
        return
    for connection in connections.all():
        if connection.vendor == "postgresql":
            name = connection.settings_dict["NAME"]
            connection.settings_dict["TEST"]["NAME"] = f"test_{name}_{worker}"
