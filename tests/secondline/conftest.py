"""People whose rows stand committed, so that other connections see them; removed at the end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.guard.conftest import Clinic, as_
from tests.guard.conftest import clinic as make_clinic
from tests.secondline import server
from upheld.consent import record

AGREED = "weekly_bundle_mail"
PEOPLE = (
    "clinic_note", "clinic_appointment", "clinic_address", "clinic_invoice", "clinic_scan",
    "clinic_document", "clinic_remark", "clinic_patient_topics", "clinic_patient", "clinic_topic",
    "auth_user_groups", "auth_user", "django_session", "upheld_consentstate",
)  # fmt: skip

clinic = make_clinic


@pytest.fixture(scope="module")
def people(django_db_setup: None, django_db_blocker: Any) -> Iterator[Clinic]:
    """The clinic's people; bob agreed to the weekly mail."""
    with django_db_blocker.unblock():
        found = make_clinic.__wrapped__(None)  # type: ignore[attr-defined]  # pytest's own mark
        with as_("upkeep"):
            record(
                f"member:{found.bob.pk}", AGREED, True, wording="May we?", version="1",
                place="test", method="page",
            )  # fmt: skip
        yield found
        with server.connect("upheld") as everything:
            everything.execute("SET session_replication_role = replica")
            for table in PEOPLE:
                everything.execute(f"DELETE FROM {table}")


@pytest.fixture
def bare() -> Iterator[Any]:
    """Make bare connections that are closed at the end."""
    made = []

    def connect(user: str = server.APP, **options: Any) -> Any:
        made.append(server.connect(user, **options))
        return made[-1]

    yield connect
    for connection in made:
        connection.close()
