"""The checks name a second line that cannot be, and a site that is reached by another login."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import override_settings

from tests.secondline.server import APP, OWNER
from upheld.guard.secondline.checks import check_database, check_settings


@pytest.fixture(autouse=True)
def unblocked(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield


def messages(second_line: dict[str, str]) -> list[tuple[str, str, str]]:
    with override_settings(UPHELD={**settings.UPHELD, "SECOND_LINE": second_line}):
        return [(m.id or "", m.msg, m.hint or "") for m in check_settings(None)]


def test_nothing_to_say() -> None:
    assert messages({"default": "owner"}) == []
    assert messages({}) == []
    assert check_database(None, ["default"]) == []
    assert check_database(None, None) == []


def test_databases_that_are_not_there() -> None:
    assert messages({"default": "nobody"}) == [
        (
            "upheld.E031",
            "`SECOND_LINE` names the database `nobody`, which is not in `DATABASES`",
            "add the same database there with the owner of its tables as `USER`",
        )
    ]
    assert messages({"elsewhere": "owner"}) == [
        (
            "upheld.E031",
            "`SECOND_LINE` names the database `elsewhere`, which is not PostgreSQL",
            "take it out, or move the site to PostgreSQL",
        )
    ]


def test_a_site_that_is_reached_by_another_login() -> None:
    connection.close()
    connection.settings_dict["USER"] = OWNER
    try:
        (found,) = check_database(None, ["default"])
    finally:
        connection.close()
        connection.settings_dict["USER"] = APP
    assert (found.id, found.msg, found.hint) == (
        "upheld.E030",
        f"the site reaches `default` as `{OWNER}`, not as `{APP}`",
        f"set `USER` of `default` to `{APP}`",
    )
