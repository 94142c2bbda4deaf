"""Shared set-up: a database for each process, on a private PostgreSQL when it is asked for.

`UPHELD_TEST_DB=postgresql` starts a server for the run, unless `UPHELD_TEST_PG_PORT` names one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib import import_module
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
    from upheld.browser.visits.buffer import BUFFER

    BUFFER.by_hand = True  # a thread would write visits beside the tests' own transactions
    if os.environ.get("UPHELD_TEST_DB", "sqlite") != "postgresql":
        return
    if "UPHELD_TEST_PG_PORT" in os.environ:  # an xdist worker, or a server the caller started
        return
    from tests.postgres import PostgreSQL

    port = str(PostgreSQL().start().port)
    # For processes that a test starts.
    os.environ["UPHELD_TEST_PG_PORT"] = os.environ["UPHELD_PG_PORT"] = port
    settings.DATABASES["default"]["PORT"] = port  # pytest-django has read them already


@pytest.fixture(autouse=True)
def _as_in_a_new_process() -> Iterator[None]:
    """Let no room meet what another one left in memory: keys, events noted and refusals
    counted for a request that never ended, answers and restrictions read from rows that were
    rolled back. The sites keep theirs: they stock a shop once for a module."""
    if not str(settings.SETTINGS_MODULE).startswith("tests.project"):
        yield
        return
    from upheld.consent import remembering, terms
    from upheld.guard import restriction
    from upheld.guard.record import uncounted
    from upheld.journal.buffer import fresh_buffer
    from upheld.journal.pseudonyms import forget_remembered
    from upheld.keyring import lifecycle

    lifecycle.forget()
    forget_remembered()
    restriction._known.clear()
    remembering._remembered.set(None)
    terms._kept.clear()
    with fresh_buffer(), uncounted():
        yield


@pytest.fixture(scope="session", autouse=True)
def _through_the_gate(django_test_environment: None) -> Iterator[None]:
    """Let mail of every test pass the gate, as on a site, and end in memory.

    Django's test runner puts its own backend in the gate's place.
    """
    if "upheld" not in settings.INSTALLED_APPS:
        yield
        return
    from upheld.mail.carrying import GATE, carried_by

    settings.EMAIL_BACKEND = GATE
    with carried_by("django.core.mail.backends.locmem.EmailBackend"):
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """Give the process a copy of the migrated database, in place of pytest-django's own
    set-up, which migrates in every process."""
    from tests import databases

    made_by = getattr(settings, "TEST_DATABASES_MADE_BY", None)
    if made_by is not None:  # settings with several logins make their own
        with import_module(made_by).databases(django_db_blocker):
            yield
        return
    before = connection.settings_dict["NAME"]
    if connection.vendor == "postgresql":  # one server, many processes
        connection.settings_dict["TEST"]["NAME"] = f"test_{before}_{os.getpid()}"
    with django_db_blocker.unblock():
        databases.enter(connection)
    yield
    with django_db_blocker.unblock():
        connection.creation.destroy_test_db(before, verbosity=0)
