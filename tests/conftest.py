"""Shared set-up: a database for each process, on a private PostgreSQL when it is asked for.

`UPHELD_TEST_DB=postgresql` starts a server for the run, unless `UPHELD_TEST_PG_PORT` names one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.db import connection

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
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """Give the process a copy of the migrated database, in place of pytest-django's own
    set-up, which migrates in every process."""
    from tests import databases

    before = connection.settings_dict["NAME"]
    if connection.vendor == "postgresql":  # one server, many processes
        connection.settings_dict["TEST"]["NAME"] = f"test_{before}_{os.getpid()}"
    with django_db_blocker.unblock():
        databases.enter(connection)
    yield
    with django_db_blocker.unblock():
        connection.creation.destroy_test_db(before, verbosity=0)
