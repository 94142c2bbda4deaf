"""Shadow columns follow what they depend on, whoever writes and however."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.guard.conftest import Clinic
from tests.secondline.conftest import AGREED
from tests.secondline.server import connect, role


@pytest.fixture
def everything(people: Clinic) -> Iterator[Any]:
    """A superuser's transaction, taken back at the end: triggers fire, row security does not."""
    with connect("upheld", autocommit=False) as connection:
        yield connection
        connection.rollback()


def of(connection: Any, table: str, pk: int) -> Any:
    column = "upheld_subjects" if table == "clinic_address" else "upheld_subject"
    found = connection.execute(f"SELECT {column} FROM {table} WHERE id = %s", [pk]).fetchone()
    return found[0]


def first(connection: Any, statement: str, *params: Any) -> int:
    return int(connection.execute(statement, params).fetchone()[0])


def appointment_of(connection: Any, patient: int) -> int:
    return first(connection, "SELECT id FROM clinic_appointment WHERE patient_id = %s", patient)


def test_whose_rows_are(everything: Any, people: Clinic) -> None:
    ann = f"member:{people.ann.pk}"
    appointment = appointment_of(everything, people.ann_patient.pk)
    note = first(everything, "SELECT id FROM clinic_note WHERE appointment_id = %s", appointment)
    address = first(
        everything, "SELECT address_id FROM clinic_appointment WHERE id = %s", appointment
    )
    guest = first(everything, "SELECT id FROM clinic_invoice WHERE number = 'N-guest'")
    free = first(everything, "SELECT id FROM clinic_appointment WHERE patient_id IS NULL")
    assert of(everything, "auth_user", people.ann.pk) == ann
    assert of(everything, "clinic_patient", people.ann_patient.pk) == ann
    assert of(everything, "clinic_note", note) == ann
    assert of(everything, "clinic_address", address) == [ann]
    assert of(everything, "clinic_invoice", guest).startswith("guest:")
    assert of(everything, "clinic_appointment", free) == ""


def test_a_path_that_changes_hands(everything: Any, people: Clinic) -> None:
    """The patient's account changes: rows one, two and three steps behind it follow."""
    appointment = appointment_of(everything, people.ann_patient.pk)
    note = first(everything, "SELECT id FROM clinic_note WHERE appointment_id = %s", appointment)
    address = first(
        everything, "SELECT address_id FROM clinic_appointment WHERE id = %s", appointment
    )
    everything.execute("DELETE FROM clinic_patient_topics")
    cid = first(
        everything,
        "INSERT INTO auth_user (username, password, is_superuser, first_name, last_name, email,"
        " is_staff, is_active, date_joined) VALUES ('cid', '', false, '', '', '', false, true,"
        " now()) RETURNING id",
    )
    everything.execute(
        "UPDATE clinic_patient SET user_id = %s WHERE id = %s", [cid, people.ann_patient.pk]
    )
    for table, pk in (("clinic_appointment", appointment), ("clinic_note", note)):
        assert of(everything, table, pk) == f"member:{cid}"
    assert of(everything, "clinic_address", address) == [f"member:{cid}"]


def test_a_shared_row(everything: Any, people: Clinic) -> None:
    """Two people's appointments at one address; then one goes elsewhere, one is deleted."""
    ann, bob = f"member:{people.ann.pk}", f"member:{people.bob.pk}"
    hers = appointment_of(everything, people.ann_patient.pk)
    his = appointment_of(everything, people.bob_patient.pk)
    address = first(everything, "SELECT address_id FROM clinic_appointment WHERE id = %s", hers)
    move = "UPDATE clinic_appointment SET address_id = %s WHERE id = %s"
    everything.execute(move, [address, his])
    assert of(everything, "clinic_address", address) == sorted([ann, bob])
    everything.execute(move, [None, hers])
    assert of(everything, "clinic_address", address) == [bob]
    everything.execute("DELETE FROM clinic_note WHERE appointment_id = %s", [his])
    everything.execute("DELETE FROM clinic_appointment WHERE id = %s", [his])
    assert of(everything, "clinic_address", address) is None


def seen(connection: Any, purpose: str) -> set[str]:
    connection.execute(f"SET LOCAL ROLE {role(purpose)}")
    found = {pk for (pk,) in connection.execute("SELECT id FROM clinic_patient")}
    connection.execute("RESET ROLE")
    return found


def test_answers_are_followed_at_once(everything: Any, people: Clinic) -> None:
    ann, bob = people.ann_patient.pk, people.bob_patient.pk
    assert seen(everything, AGREED) == {bob}
    everything.execute(
        "INSERT INTO upheld_consentstate (subject, purpose, granted, since, entry,"
        " agreement, standing, signalled) VALUES (%s, %s, true, now(), 0, '', 'said', false)",
        [f"member:{people.ann.pk}", AGREED],
    )
    assert seen(everything, AGREED) == {ann, bob}
    everything.execute("UPDATE upheld_consentstate SET granted = false WHERE entry <> 0")
    assert seen(everything, AGREED) == {ann}
    everything.execute("DELETE FROM upheld_consentstate")
    assert seen(everything, AGREED) == set()


ALL_ROWS = "order_fulfilment"


def restricted(connection: Any, subject: str) -> None:
    connection.execute(
        "INSERT INTO upheld_restriction (subject, purpose, since, ground)"
        " VALUES (%s, '', now(), '')",
        [subject],
    )


def test_a_restriction_binds_purposes_that_reach_all_rows(everything: Any, people: Clinic) -> None:
    ann, bob = people.ann_patient.pk, people.bob_patient.pk
    assert seen(everything, ALL_ROWS) == {ann, bob}
    restricted(everything, f"member:{people.bob.pk}")
    assert seen(everything, ALL_ROWS) == {ann}
    assert seen(everything, "upkeep") == seen(everything, "rights") == {ann, bob}
    everything.execute("DELETE FROM upheld_restriction")
    assert seen(everything, ALL_ROWS) == {ann, bob}


def test_a_new_row_of_a_restricted_person_is_written_and_out_of_sight(
    everything: Any, people: Clinic
) -> None:
    restricted(everything, f"member:{people.bob.pk}")
    for subject, columns in (("bob", (people.bob.pk, "")), ("nobody", (None, ""))):
        everything.execute(f"SET LOCAL ROLE {role('after_sales')}")
        (pk,) = everything.execute(
            "INSERT INTO clinic_remark (author_id, content_type_id, object_id, text)"
            " VALUES (%s, (SELECT min(id) FROM django_content_type), 1, %s) RETURNING id",
            columns,
        ).fetchone()
        found = everything.execute("SELECT id FROM clinic_remark WHERE id = %s", [pk]).fetchall()
        everything.execute("RESET ROLE")
        assert (found == []) is (subject == "bob"), subject
    everything.execute("DELETE FROM upheld_restriction")


def test_a_row_that_is_linked_later_can_be_written_under_all_rows(
    everything: Any, people: Clinic
) -> None:
    everything.execute(f"SET LOCAL ROLE {role(ALL_ROWS)}")
    (pk,) = everything.execute(
        "INSERT INTO clinic_address (line1, postcode, country) VALUES ('', 'N1', 'US') RETURNING id"
    ).fetchone()
    address = "SELECT 1 FROM clinic_address WHERE id = %s"
    assert everything.execute(address, [pk]).fetchone() is None
    everything.execute("RESET ROLE")
    appointment = appointment_of(everything, people.ann_patient.pk)
    everything.execute(
        "UPDATE clinic_appointment SET address_id = %s WHERE id = %s", [pk, appointment]
    )
    everything.execute(f"SET LOCAL ROLE {role(ALL_ROWS)}")
    assert everything.execute(address, [pk]).fetchone() is not None
    everything.execute("RESET ROLE")


def test_rows_whose_person_cannot_be_told(everything: Any, people: Clinic) -> None:
    def sees(name: str) -> bool:
        everything.execute(f"SET LOCAL ROLE {role(name)}")
        rows = everything.execute("SELECT 1 FROM clinic_invoice WHERE id = %s", [pk]).fetchall()
        everything.execute("RESET ROLE")
        return bool(rows)

    (pk,) = everything.execute("SELECT min(id) FROM clinic_invoice").fetchone()
    assert sees(ALL_ROWS)
    everything.execute(
        "UPDATE clinic_invoice SET user_id = NULL, guest_email = '' WHERE id = %s", [pk]
    )
    assert [sees(name) for name in (ALL_ROWS, "after_sales", "upkeep", "rights")] == [
        False, False, True, True
    ]  # fmt: skip


def test_restricted_people_are_out_of_reach(everything: Any, people: Clinic) -> None:
    bob = people.bob_patient.pk
    assert seen(everything, AGREED) == {bob}
    everything.execute(
        "INSERT INTO upheld_restriction (subject, purpose, since, ground)"
        " VALUES (%s, '', now(), '')",
        [f"member:{people.bob.pk}"],
    )
    assert seen(everything, AGREED) == set()
    everything.execute("DELETE FROM upheld_restriction")
    assert seen(everything, AGREED) == {bob}


def test_an_unlinked_row_is_nobodys(everything: Any, people: Clinic) -> None:
    """Made by ann under `own`, who may; seen again by her once it is linked to her."""
    everything.execute(f"SET LOCAL ROLE {role('own')}")
    everything.execute("SELECT set_config('upheld.subject', %s, true)", [f"member:{people.ann.pk}"])
    address = first(
        everything,
        "INSERT INTO clinic_address (line1, postcode, country) VALUES ('x', '', 'US') RETURNING id",
    )
    count = "SELECT count(*) FROM clinic_address WHERE id = %s"
    assert first(everything, count, address) == 0
    everything.execute(
        "INSERT INTO clinic_appointment (created, patient_id, address_id, reason)"
        " VALUES (now(), %s, %s, '')",
        [people.ann_patient.pk, address],
    )
    assert first(everything, count, address) == 1


def test_a_guest_makes_a_row_and_does_not_see_it(everything: Any, people: Clinic) -> None:
    token = everything.execute(
        "SELECT guest_email FROM clinic_invoice WHERE number = 'N-guest'"
    ).fetchone()[0]
    everything.execute(f"SET LOCAL ROLE {role('own')}")
    everything.execute("SET LOCAL upheld.subject = 'visitor:1-1'")
    insert = (
        "INSERT INTO clinic_invoice (number, user_id, guest_email, content, total)"
        " VALUES (%s, %s, %s, '', 0) RETURNING id"
    )
    made = first(everything, insert, "N-2", None, token)
    assert first(everything, "SELECT count(*) FROM clinic_invoice WHERE id = %s", made) == 0
    with pytest.raises(Exception, match="violates row-level security policy"):
        everything.execute(insert, ["N-3", people.ann.pk, ""])
