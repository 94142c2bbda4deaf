"""Statements that no compiler made: refused, allowed, or named and logged."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from tests.guard.conftest import DISPATCH, Clinic, as_
from tests.project.clinic.models import Patient, Topic
from upheld.errors import PurposeError
from upheld.guard import raw


def run(sql: str, params: object = None) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall() if cursor.description else None


REFUSED = [
    "SELECT email FROM auth_user",
    "SELECT * FROM clinic_patient",
    "SELECT count(*) FROM clinic_patient",
    "SELECT t.title FROM clinic_topic t JOIN clinic_patient p ON true",
    "SELECT title FROM clinic_topic WHERE title IN (SELECT colour FROM clinic_patient)",
    "WITH x AS (SELECT * FROM auth_user) SELECT * FROM x",
    "SELECT 1; SELECT email FROM auth_user",
    "UPDATE clinic_patient SET colour = 'x'",
    "DELETE FROM clinic_patient",
    "INSERT INTO clinic_topic (title) SELECT colour FROM clinic_patient",
    "CREATE TABLE stolen AS SELECT * FROM auth_user",
    "CREATE VIEW seen AS SELECT * FROM auth_user",
    "SELECT * FROM some_view",
    "DROP TABLE clinic_topic",
    "ALTER TABLE clinic_topic ADD COLUMN x text",
    "EXPLAIN SELECT * FROM auth_user",
    "SELECT /* clinic_topic */ u.email FROM auth_user u",
    "this is no SQL",
    "",
    "ATTACH DATABASE 'x.db' AS x",
    "PRAGMA table_info(auth_user); SELECT email FROM auth_user",
    "SAVEPOINT a; SELECT email FROM auth_user",
    "SELECT set_config('a', email, true) FROM auth_user",
    "COPY auth_user TO STDOUT",
    "DO $$ BEGIN PERFORM 1; END $$",
    "EXECUTE prepared",
    "CALL something()",
    "VACUUM INTO 'copy.db'",
    "SELECT query_to_xml('select * from auth_user', true, false, '')",
    "SELECT * FROM dblink('host=x', 'select email from auth_user') AS t(e text)",
    "SELECT most_common_vals FROM pg_stats",
    "SELECT query FROM pg_stat_activity",
    "SELECT row_to_json(u) FROM auth_user u",
    "SELECT u FROM auth_user u",
    "TABLE auth_user",
    "SELECT load_extension('x')",
    "LISTEN x",
    "SET ROLE upheld",
    "SET SESSION AUTHORIZATION upheld",
    "RESET ROLE",
]


@pytest.mark.parametrize("sql", REFUSED)
def test_refused(clinic: Clinic, sql: str) -> None:
    with as_("upkeep"), pytest.raises(PurposeError), transaction.atomic():
        run(sql)


ALLOWED = [
    "SELECT 1",
    "SELECT title FROM clinic_topic ORDER BY title",
    "SELECT count(*) FROM clinic_topic",
    "UPDATE clinic_topic SET title = 'Ears' WHERE id = 0",
    "SELECT codename FROM auth_permission",
]


@pytest.mark.parametrize("sql", ALLOWED)
def test_plain_statements_about_nobody_pass(clinic: Clinic, sql: str) -> None:
    with as_(None):
        run(sql)


def test_message(clinic: Clinic) -> None:
    with as_("own"), pytest.raises(PurposeError) as caught:
        run("SELECT email FROM auth_user")
    assert str(caught.value) == (
        "the statement `SELECT email FROM #97e5604b` touches `auth.User` (use the ORM, or wrap"
        ' it in `upheld.guard.raw("why")` under a purpose that may touch all of it)'
    )


def test_every_door_of_the_cursor(clinic: Clinic) -> None:
    sql = "SELECT email FROM auth_user"
    with as_("upkeep"):
        with pytest.raises(PurposeError), connection.cursor() as cursor:
            cursor.executemany(sql, [()])
        with pytest.raises(PurposeError):
            connection.connection.cursor().execute(sql)
        with pytest.raises(PurposeError):
            connection.connection.execute(sql)
        with pytest.raises(PurposeError):
            list(Patient.objects.raw("SELECT * FROM clinic_patient"))


def doors_of_sqlite() -> list[Callable[[], object]]:
    script = "SELECT 1; DELETE FROM clinic_patient;"
    held = connection.connection
    return [
        lambda: connection.cursor().executescript(script),
        lambda: held.executescript(script),
        lambda: held.executemany("SELECT email FROM auth_user", [()]),
        lambda: held.cursor(sqlite3.Cursor).execute("SELECT email FROM auth_user"),
        lambda: list(held.iterdump()),
        lambda: held.serialize(),
        lambda: held.backup(sqlite3.connect(":memory:")),
        lambda: held.blobopen("auth_user", "email", 1),
    ]


def doors_of_postgresql() -> list[Callable[[], object]]:
    from psycopg import sql

    query = sql.SQL("SELECT {} FROM auth_user").format(sql.Identifier("email"))
    text = "SELECT email FROM auth_user"
    cursor = connection.cursor()
    return [
        lambda: cursor.copy("COPY auth_user TO STDOUT"),
        lambda: list(cursor.stream(text)),
        lambda: cursor.callproc("query_to_xml", ["select * from auth_user", True, False, ""]),
        lambda: connection.connection.cursor(name="x").execute(text),
        lambda: cursor.execute(text.encode()),
        lambda: cursor.execute(query),
        lambda: connection.chunked_cursor().execute(text),
    ]


def test_doors_of_the_driver(clinic: Clinic) -> None:
    with as_("upkeep"):
        sqlite = connection.vendor == "sqlite"
        for door in doors_of_sqlite() if sqlite else doors_of_postgresql():
            with pytest.raises(PurposeError):
                door()


def test_escape_needs_a_purpose_that_may(clinic: Clinic) -> None:
    sql = "SELECT colour FROM clinic_patient ORDER BY id"
    with raw("count colours by hand"):
        with as_("upkeep"):
            assert run(sql) == [("red",), ("blue",)]
        for name in (None, "own", "statistics", "catalogue_work"):
            with as_(name), pytest.raises(PurposeError):
                run(sql)
        with as_("order_fulfilment", DISPATCH):
            assert len(run("SELECT name FROM clinic_patient")) == 2
            with pytest.raises(PurposeError):
                run("SELECT name, colour FROM clinic_patient")
            with pytest.raises(PurposeError):
                run("SELECT * FROM clinic_patient")
            with pytest.raises(PurposeError):
                run("SELECT p FROM clinic_patient p")
            with pytest.raises(PurposeError):  # nobody could leave out rows without a person
                run("SELECT content FROM clinic_invoice")


def test_escape_is_named_and_logged(clinic: Clinic) -> None:
    from upheld.journal.buffer import fresh_buffer

    with fresh_buffer() as buffer, as_("upkeep"), raw("find broken rows"):
        run("SELECT colour FROM clinic_patient")
    (noted,) = (g.first for g in buffer.groups.values() if g.first.kind == "break_glass")
    assert noted.details["reason"] == "find broken rows"
    assert noted.model == "clinic.Patient"
    with pytest.raises(ValueError, match="a reason is needed"), raw(" "):
        pass


def test_escape_writes_no_clear_text_into_sealed_columns(clinic: Clinic) -> None:
    with as_("upkeep"), raw("mend by hand"):
        run("UPDATE clinic_patient SET colour = 'x'")
        with pytest.raises(PurposeError):
            run("UPDATE clinic_patient SET name = 'x'")
        with pytest.raises(PurposeError):
            run("DELETE FROM clinic_patient")


def test_djangos_own_statements_pass(clinic: Clinic) -> None:
    with as_(None):
        with transaction.atomic(), transaction.atomic():
            assert Topic.objects.count() == 2
        with connection.cursor() as cursor:
            assert "auth_user" in connection.introspection.table_names(cursor)
            assert connection.introspection.get_table_description(cursor, "auth_user")
            assert connection.introspection.get_constraints(cursor, "auth_user")
            assert connection.introspection.get_sequences(cursor, "auth_user")
        connection.check_constraints()
        assert connection.is_usable()


def test_sequences_can_be_reset_by_upkeep(clinic: Clinic) -> None:
    from django.core.management.color import no_style

    with as_("upkeep"):
        for sql in connection.ops.sequence_reset_sql(no_style(), [Patient]):
            run(sql)


@pytest.mark.django_db(transaction=True)
def test_flush(clinic: Clinic) -> None:
    with as_("upkeep"):
        call_command("flush", interactive=False, verbosity=0)
        assert Topic.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_schema_editor_and_its_purpose() -> None:
    from upheld.context import current

    with connection.schema_editor() as editor:
        editor.execute("CREATE TABLE made_here (id integer)")
        assert current().purpose == "upkeep"
        assert Patient.objects.count() == 0
        editor.execute("DROP TABLE made_here")
    assert current().purpose is None
