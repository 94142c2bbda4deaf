"""What a bare connection of the site's login gets: psql, a second project, a dump, raw SQL."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import psycopg
import pytest

from tests.guard.conftest import Clinic
from tests.postgres import find_binary
from tests.secondline.server import APP, DESK, ROLES, port, role

pytestmark = pytest.mark.usefixtures("people")
DENIED = psycopg.errors.InsufficientPrivilege


def program(name: str, *words: str) -> subprocess.CompletedProcess[str]:
    command = [find_binary(name), "-h", "127.0.0.1", "-p", str(port()), "-U", APP, *words]
    return subprocess.run(command, capture_output=True, text=True, env={"LC_ALL": "C"})


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM clinic_patient",
        "SELECT count(*) FROM clinic_patient",
        "TABLE auth_user",
        "SELECT title FROM clinic_topic",
        "UPDATE clinic_patient SET phone = ''",
        "DELETE FROM clinic_invoice",
        "INSERT INTO clinic_topic (title) VALUES ('x')",
        "TRUNCATE clinic_patient",
        "COPY clinic_patient TO STDOUT",
        "COPY (SELECT email FROM auth_user) TO STDOUT",
        "SELECT id FROM clinic_patient FOR UPDATE",
        "SELECT upheld_second_line.mask_of('member:1')",
        "DECLARE c CURSOR WITH HOLD FOR SELECT phone FROM clinic_patient",
        "CREATE TABLE mine AS SELECT * FROM clinic_patient",
        "CREATE VIEW v AS SELECT * FROM clinic_patient",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "ALTER TABLE clinic_patient DISABLE ROW LEVEL SECURITY",
        "DROP POLICY upheld_own ON clinic_patient",
        "ALTER TABLE clinic_patient DISABLE TRIGGER ALL",
        "SELECT lo_import('/etc/passwd')",
        "COPY clinic_patient TO PROGRAM 'cat'",
        "SELECT pg_read_file('PG_VERSION')",
        "SET ROLE upheld",
        f'SET ROLE "{ROLES}_owner"',
        f'SET ROLE "{ROLES}_keeper"',
        "SET SESSION AUTHORIZATION upheld",
        "SET session_replication_role = replica",
        f'GRANT {role("upkeep")} TO "{DESK}"',
        f'ALTER ROLE "{APP}" INHERIT',
    ],
)
def test_without_a_role_there_is_nothing(bare: Any, statement: str) -> None:
    with pytest.raises(DENIED):
        bare().execute(statement)


def test_statistics_of_columns_are_closed(bare: Any) -> None:
    found = bare().execute("SELECT count(*) FROM pg_stats WHERE tablename LIKE 'clinic_%'")
    assert found.fetchone() == (0,)


def test_row_security_cannot_be_switched_off(bare: Any, people: Clinic) -> None:
    connection = bare()
    connection.execute(f"SET ROLE {role('own')}")
    connection.execute("SET row_security = off")
    with pytest.raises(DENIED):
        connection.execute("SELECT id FROM clinic_patient")


def test_psql() -> None:
    done = program("psql", "-d", ROLES, "-Atc", "SELECT name, phone FROM clinic_patient")
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == "ERROR:  permission denied for table clinic_patient\n"


def test_psql_lists_nothing_of_anybody() -> None:
    done = program("psql", "-d", ROLES, "-Atc", r"\copy clinic_invoice to stdout")
    assert (done.stdout, done.returncode) == ("", 1)


def test_pg_dump() -> None:
    done = program("pg_dump", ROLES)
    assert done.returncode == 1
    assert "permission denied" in done.stderr
    assert "COPY" not in done.stdout


@pytest.mark.parametrize("purpose", ["own", "weekly_bundle_mail"])
def test_pg_dump_in_a_role(purpose: str) -> None:
    words = ("--role", role(purpose).strip('"'), "--data-only", "-t", "clinic_patient", ROLES)
    done = program("pg_dump", *words)
    assert done.returncode == 1
    assert "COPY" not in done.stdout


def test_a_second_project_without_upheld() -> None:
    """Django's stock backend with the site's login and no guard anywhere."""
    script = (
        "import django\n"
        "from django.conf import settings\n"
        "settings.configure(INSTALLED_APPS=['django.contrib.auth', 'django.contrib.contenttypes'],"
        " DATABASES={'default': {'ENGINE': 'django.db.backends.postgresql', 'HOST': '127.0.0.1',"
        f" 'PORT': '{port()}', 'NAME': '{ROLES}', 'USER': '{APP}'}}}})\n"
        "django.setup()\n"
        "from django.contrib.auth.models import User\n"
        "print(list(User.objects.values_list('email')))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True,
        env={"PATH": os.environ["PATH"]},
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stdout == ""
    assert "permission denied for table auth_user" in done.stderr
