"""A migration that changes tables of people: it sees their rows, and the line stands after it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate

from tests.guard.conftest import Clinic
from tests.secondline.server import OWNER, connect
from upheld.guard.secondline.apply import carry_out, look
from upheld.guard.secondline.migrating import lower, raise_again

PLAN = [("a migration", False)]


@pytest.fixture(autouse=True)
def unblocked(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield
        carry_out("default")


def test_the_handlers_are_connected() -> None:
    for signal, handler in ((pre_migrate, lower), (post_migrate, raise_again)):
        assert handler in [ref() for _, ref, *_ in signal.receivers]


def test_the_owner_sees_rows_and_changes_columns_while_it_is_lowered(people: Clinic) -> None:
    alter = "ALTER TABLE clinic_appointment ALTER COLUMN patient_id TYPE integer"
    with connect(OWNER) as owner:
        assert owner.execute("SELECT count(*) FROM clinic_patient").fetchone() == (0,)
        with pytest.raises(Exception, match="used in a trigger definition"):
            owner.execute("BEGIN; " + alter)
        owner.execute("ROLLBACK")
        lower(using="owner", plan=PLAN)
        assert owner.execute("SELECT count(*) FROM clinic_patient").fetchone() == (2,)
        owner.execute(f"BEGIN; {alter}; ROLLBACK")
        owner.execute(
            "INSERT INTO clinic_invoice (number, user_id, guest_email, content, total)"
            f" VALUES ('N-m', {people.ann.pk}, '', '', 1)"
        )
        assert not look("default").is_kept
        raise_again(using="owner", plan=PLAN)
        assert look("default").is_kept
        assert owner.execute("SELECT count(*) FROM clinic_patient").fetchone() == (0,)
    with connect("upheld") as everything:
        shadow = everything.execute("SELECT upheld_subject FROM clinic_invoice WHERE number='N-m'")
        assert shadow.fetchone() == (f"member:{people.ann.pk}",)


def test_a_migration_with_nothing_to_do_changes_nothing(people: Clinic) -> None:
    lower(using="owner", plan=[])
    assert look("default").is_kept


def test_a_new_table_is_closed_until_it_is_declared(people: Clinic) -> None:
    with connect(OWNER) as owner, connect("upheld") as everything:
        owner.execute("CREATE TABLE clinic_new (id int, phone text)")
        try:
            raise_again(using="owner", plan=PLAN)
            granted = everything.execute(
                "SELECT relacl IS NULL FROM pg_class WHERE relname = 'clinic_new'"
            )
            assert granted.fetchone() == (True,)
        finally:
            owner.execute("DROP TABLE clinic_new")


def test_the_site_may_be_the_owner_for_a_command(people: Clinic) -> None:
    """Some apps' migrations name no database: then `default` connects as the owner."""
    site = connections["default"]
    site.close()
    login, site.settings_dict["USER"] = site.settings_dict["USER"], OWNER
    try:
        with site.cursor() as cursor:
            cursor.execute("SELECT current_user")
            assert cursor.fetchone() == (OWNER,)
        lower(using="default", plan=PLAN)
        assert not look("default").is_kept
        raise_again(using="default", plan=PLAN)
        assert look("default").is_kept
    finally:
        site.close()
        site.settings_dict["USER"] = login
