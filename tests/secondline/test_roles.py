"""What raw SQL gets under the role of a purpose: its columns of its rows and no more."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from tests.guard.conftest import Clinic
from tests.secondline.conftest import AGREED
from tests.secondline.server import DESK, OWNER, REPORTS, connect, role

DENIED = psycopg.errors.InsufficientPrivilege


def act(connection: Any, purpose: str, subject: str | None = None) -> Any:
    connection.execute(f"SET ROLE {role(purpose)}")
    if subject is not None:
        connection.execute("SELECT set_config('upheld.subject', %s, false)", [subject])
    return connection


def keys(connection: Any, table: str) -> set[int]:
    return {key for (key,) in connection.execute(f"SELECT id FROM {table}")}


def test_own_rows_of_every_table(bare: Any, people: Clinic) -> None:
    connection = act(bare(), "own", f"member:{people.ann.pk}")
    assert keys(connection, "auth_user") == {people.ann.pk}
    assert keys(connection, "clinic_patient") == {people.ann_patient.pk}
    assert len(keys(connection, "clinic_address")) == 1
    # Hers, and the free slot, which is about nobody.
    assert len(keys(connection, "clinic_appointment")) == 2
    assert len(keys(connection, "clinic_note")) == 1
    assert len(keys(connection, "clinic_invoice")) == 1


@pytest.mark.parametrize("subject", [None, "", "member:", "member:0", "visitor:1", "guest:"])
def test_nobody_has_no_rows(bare: Any, people: Clinic, subject: str | None) -> None:
    connection = act(bare(), "own", subject)
    for table in ("auth_user", "clinic_patient", "clinic_address", "clinic_note", "clinic_invoice"):
        assert keys(connection, table) == set()


def test_rows_of_who_agreed(bare: Any, people: Clinic) -> None:
    connection = act(bare(), AGREED)
    assert keys(connection, "clinic_patient") == {people.bob_patient.pk}
    assert keys(connection, "auth_user") == {people.bob.pk}
    assert len(keys(connection, "clinic_address")) == 1


@pytest.mark.parametrize(
    ("purpose", "column", "allowed"),
    [
        ("order_fulfilment", "name", True),
        ("order_fulfilment", "phone", False),  # masked
        ("order_fulfilment", "email", True),  # matched: nothing can be compared unseen
        ("order_fulfilment", "colour", False),
        (AGREED, "colour", True),
        (AGREED, "phone", False),
        ("statistics", "colour", True),
        ("statistics", "name", False),
        ("upkeep", "phone", True),
    ],
)
def test_columns(bare: Any, people: Clinic, purpose: str, column: str, allowed: bool) -> None:
    connection = act(bare(), purpose)
    if allowed:
        connection.execute(f"SELECT {column} FROM clinic_patient")
        return
    with pytest.raises(DENIED):
        connection.execute(f"SELECT {column} FROM clinic_patient")


@pytest.mark.parametrize("purpose", ["catalogue_work", "own"])
@pytest.mark.parametrize(
    "table", ["upheld_leaf", "upheld_leafsubject", "upheld_checkpoint", "upheld_consent"]
)
def test_what_only_grows_is_not_emptied(
    bare: Any, people: Clinic, purpose: str, table: str
) -> None:
    connection = act(bare(), purpose)
    for statement in (f"TRUNCATE {table}", f"TRUNCATE {table} CASCADE"):
        with pytest.raises(DENIED):
            connection.execute(statement)
    with pytest.raises(psycopg.errors.DatabaseError):
        connection.execute(f"UPDATE {table} SET id = id" if "leaf" not in table else
                           f"UPDATE {table} SET event = event")  # fmt: skip


def test_a_shadow_cannot_be_set(bare: Any, people: Clinic) -> None:
    """The right to lock rows is the right to change the shadow, which changes nothing."""
    connection = act(bare(), "own", f"member:{people.ann.pk}")
    assert connection.execute("SELECT id FROM clinic_patient FOR UPDATE").fetchall()
    connection.execute("UPDATE clinic_patient SET upheld_subject = 'member:0'")
    assert keys(connection, "clinic_patient") == {people.ann_patient.pk}


def test_no_row_is_made_for_another(bare: Any, people: Clinic) -> None:
    connection = act(bare(), "own", f"member:{people.ann.pk}")
    bob = people.bob.pk
    for statement in (
        f"INSERT INTO clinic_invoice (number, user_id, guest_email, content, total)"
        f" VALUES ('X', {bob}, '', '', 0)",
        f"UPDATE clinic_invoice SET user_id = {bob}",
    ):
        with pytest.raises(DENIED):
            connection.execute(statement)


def test_no_row_of_another_is_linked_to(bare: Any, people: Clinic) -> None:
    """Pointing at bob's address would make it ann's too."""
    (address,) = connect("upheld").execute(
        "SELECT address_id FROM clinic_appointment WHERE patient_id = %s", [people.bob_patient.pk]
    ).fetchone()  # fmt: skip
    connection = act(bare(), "own", f"member:{people.ann.pk}")
    with pytest.raises(DENIED, match="a row of clinic_address belongs to another person"):
        connection.execute(
            "INSERT INTO clinic_appointment (created, patient_id, address_id, reason)"
            " VALUES (now(), %s, %s, '')",
            [people.ann_patient.pk, address],
        )
    with pytest.raises(DENIED, match="a row of clinic_address belongs to another person"):
        connection.execute(
            "UPDATE clinic_appointment SET address_id = %s WHERE patient_id = %s",
            [address, people.ann_patient.pk],
        )


def test_a_reporting_login_starts_in_its_zone_and_stays(bare: Any, people: Clinic) -> None:
    connection = bare(REPORTS)
    assert len(connection.execute("SELECT colour FROM clinic_patient").fetchall()) == 2
    for statement in (
        "SELECT name FROM clinic_patient",
        f"SET ROLE {role('upkeep')}",
        f"SET ROLE {role('own')}",
    ):
        with pytest.raises(DENIED):
            connection.execute(statement)
    connection.execute("RESET ROLE")
    with pytest.raises(DENIED):
        connection.execute("SELECT name FROM clinic_patient")
    connection.execute("SET ROLE NONE")
    with pytest.raises(DENIED):
        connection.execute("SELECT colour FROM clinic_patient")


def test_a_login_of_two_purposes_takes_these_two(bare: Any, people: Clinic) -> None:
    connection = bare(DESK)
    with pytest.raises(DENIED):
        connection.execute("SELECT name FROM clinic_patient")
    act(connection, "order_fulfilment").execute("SELECT name FROM clinic_patient")
    act(connection, "after_sales").execute("SELECT phone FROM clinic_patient")
    with pytest.raises(DENIED):
        act(connection, "rights")


def test_what_the_owner_made_shows_nothing(bare: Any, people: Clinic) -> None:
    """Views and functions with the owner's rights: forced row security binds the owner."""
    with connect(OWNER) as owner:
        owner.execute("CREATE VIEW everybody AS SELECT id, phone FROM clinic_patient")
        owner.execute("GRANT SELECT ON everybody TO PUBLIC")
        owner.execute(
            "CREATE FUNCTION phones() RETURNS SETOF text LANGUAGE sql SECURITY DEFINER"
            " AS 'SELECT phone::text FROM clinic_patient'"
        )
        try:
            connection = act(bare(), "own", f"member:{people.ann.pk}")
            assert connection.execute("SELECT * FROM everybody").fetchall() == []
            assert connection.execute("SELECT * FROM phones()").fetchall() == []
            assert owner.execute("SELECT phone FROM clinic_patient").fetchall() == []
        finally:
            owner.execute("DROP VIEW everybody")
            owner.execute("DROP FUNCTION phones()")


def test_a_prepared_statement_follows_the_role(bare: Any, people: Clinic) -> None:
    connection = act(bare(), "upkeep")
    connection.execute("PREPARE everybody AS SELECT id FROM clinic_patient")
    assert len(connection.execute("EXECUTE everybody").fetchall()) == 2
    act(connection, "own", f"member:{people.ann.pk}")
    assert connection.execute("EXECUTE everybody").fetchall() == [(people.ann_patient.pk,)]
    connection.execute("RESET ROLE")
    with pytest.raises(DENIED):
        connection.execute("EXECUTE everybody")


def test_copy_gives_what_select_gives(bare: Any, people: Clinic) -> None:
    connection = act(bare(), "own", f"member:{people.ann.pk}")
    with connection.cursor().copy("COPY clinic_patient (id) TO STDOUT") as copy:
        assert list(copy.rows()) == [(str(people.ann_patient.pk),)]
    with (
        pytest.raises(DENIED),
        act(bare(), AGREED).cursor().copy("COPY clinic_patient (phone) TO STDOUT") as copy,
    ):
        list(copy)
