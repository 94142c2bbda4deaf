"""The command: shown first, done once, undone wholly; drift is named and mended."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.db import ProgrammingError

from tests.guard.conftest import Clinic
from tests.secondline import server
from tests.secondline.server import APP, ROLES, connect, role


@pytest.fixture(autouse=True)
def unblocked(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """No transaction around a test: what the command does has to stand."""
    with django_db_blocker.unblock():
        yield


def second_line(*words: str) -> tuple[int, str]:
    """Run the command; returns (exit code, what it wrote)."""
    out = io.StringIO()
    try:
        call_command("upheld", "second-line", *words, stdout=out)
    except SystemExit as left:
        return int(str(left.code)), out.getvalue()
    return 0, out.getvalue()


@pytest.fixture
def owner(people: Clinic) -> Iterator[Any]:
    """The cluster's superuser, past everything; what a test breaks is mended behind it."""
    with connect("upheld") as connection:
        yield connection
    code, _ = second_line("--mend")
    assert code == 0


def test_nothing_to_do(people: Clinic) -> None:
    for words in ((), ("--dry-run",), ("--check",), ("--apply",), ("--mend",)):
        assert second_line(*words) == (0, "the database is as the policy says\n")


def test_json(people: Clinic) -> None:
    code, text = second_line("--json")
    assert code == 0
    assert json.loads(text) == {
        "database": ROLES,
        "owner": f"{ROLES}_owner",
        "login": APP,
        "done": False,
        "findings": [],
        "statements": [],
        "wrong_values": {},
        "warnings": [],
    }


DRIFT = [
    (f'REVOKE SELECT (name) ON clinic_patient FROM {role("order_fulfilment")}',
     f"missing: grant SELECT on clinic_patient.name to {ROLES}_p_order_fulfilment"),
    (f'GRANT SELECT (phone) ON clinic_patient TO {role("order_fulfilment")}',
     f"too much: grant SELECT on clinic_patient.phone to {ROLES}_p_order_fulfilment"),
    ("GRANT SELECT ON clinic_patient TO PUBLIC",
     "too much: grant SELECT on clinic_patient to PUBLIC"),
    (f'GRANT TRUNCATE ON upheld_leaf TO {role("own")}',
     f"too much: grant TRUNCATE on upheld_leaf to {ROLES}_p_own"),
    ("ALTER TABLE clinic_note DISABLE ROW LEVEL SECURITY", "differs: rows clinic_note"),
    ("ALTER TABLE clinic_note NO FORCE ROW LEVEL SECURITY", "differs: rows clinic_note"),
    ("CREATE POLICY everybody ON clinic_note USING (true)",
     "too much: policy clinic_note everybody"),
    ("ALTER POLICY upheld_own ON clinic_note USING (true)",
     "differs: policy clinic_note upheld_own"),
    ("DROP POLICY upheld_own ON clinic_note", "missing: policy clinic_note upheld_own"),
    (f'ALTER ROLE "{APP}" INHERIT', f"differs: role {APP}"),
    (f'GRANT {role("rights")} TO "{ROLES}_reports"',
     f"too much: member {ROLES}_p_rights {ROLES}_reports"),
    (f'ALTER ROLE "{ROLES}_reports" IN DATABASE "{ROLES}" RESET role',
     f"missing: starts {ROLES}_reports"),
    ("ALTER TABLE clinic_patient DISABLE TRIGGER USER", "differs: trigger clinic_patient upheld_"),
    ("DROP FUNCTION upheld_second_line.shadow_clinic_note() CASCADE",
     "missing: function shadow_clinic_note"),
    ("UPDATE upheld_second_line.bit SET default_in = true",
     "differs: bit weekly_bundle_mail"),
    ("DROP INDEX upheld_of_clinic_note", "missing: index upheld_of_clinic_note"),
    ("ALTER TABLE clinic_note DROP COLUMN upheld_subject CASCADE",
     "missing: column clinic_note upheld_subject"),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "finding"), DRIFT)
def test_drift_is_named_and_mended(owner: Any, statement: str, finding: str) -> None:
    owner.execute(statement)
    code, text = second_line("--check")
    assert code == 1
    assert finding in text
    found = [m for m in run_checks(databases=["default"]) if m.id == "upheld.E030"]
    assert [finding in m.msg or "more" in m.msg for m in found] == [True]
    assert second_line("--mend")[0] == 0
    assert second_line("--check") == (0, "the database is as the policy says\n")


def test_a_role_past_row_security_is_for_a_superuser_to_mend(owner: Any) -> None:
    owner.execute(f'ALTER ROLE "{APP}" BYPASSRLS')
    code, text = second_line("--dry-run")
    statement = text.splitlines()[0]
    assert code == 1
    assert statement == (
        f'ALTER ROLE "{APP}" LOGIN NOINHERIT'
        " NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"
    )
    with pytest.raises(ProgrammingError, match="must be superuser"):
        second_line("--mend")
    owner.execute(statement)
    assert second_line("--check")[0] == 0


@pytest.mark.parametrize(
    ("table", "damage"),
    [
        ("clinic_patient", "upheld_subject = 'member:0'"),
        ("clinic_patient", "upheld_allow_mask = -1"),
        ("clinic_address", "upheld_subjects = NULL"),
        ("clinic_note", "upheld_subject = ''"),
    ],
)
def test_wrong_values_are_named_and_mended(owner: Any, table: str, damage: str) -> None:
    before = owner.execute(f"SELECT * FROM {table} ORDER BY id").fetchall()
    owner.execute("SET session_replication_role = replica")
    owner.execute(f"UPDATE {table} SET {damage}")
    owner.execute("RESET session_replication_role")
    damaged = owner.execute(f"SELECT * FROM {table} ORDER BY id").fetchall()
    wrong = sum(now != then for now, then in zip(damaged, before, strict=True))
    assert second_line("--check") == (
        1, f"wrong: {wrong} rows of {table}\n0 parts to change; `--apply` changes them\n",
    )  # fmt: skip
    assert second_line("--mend") == (0, f"mended: {wrong} rows of {table}\n0 parts changed\n")
    assert owner.execute(f"SELECT * FROM {table} ORDER BY id").fetchall() == before


def test_a_purpose_that_the_policy_no_longer_has(people: Clinic) -> None:
    from dataclasses import replace

    from upheld.datamap.active import active, override

    policy = active().policy
    purposes = {name: p for name, p in policy.purposes.items() if name != "catalogue_work"}
    with override(policy=replace(policy, purposes=purposes)):
        code, text = second_line("--check")
    assert code == 1
    assert f"too much: role {ROLES}_p_catalogue_work" in text


def test_undo_leaves_nothing_and_apply_makes_it_anew(owner: Any) -> None:
    count = (
        "SELECT (SELECT count(*) FROM pg_roles WHERE starts_with(rolname, %(p)s)),"
        " (SELECT count(*) FROM pg_policy), (SELECT count(*) FROM pg_attribute"
        " WHERE attname LIKE 'upheld_allow_mask'), (SELECT count(*) FROM pg_class"
        " WHERE relrowsecurity), (SELECT count(*) FROM pg_namespace"
        " WHERE nspname = 'upheld_second_line')"
    )
    names = {"p": f"{ROLES}_p_"}
    before = owner.execute(count, names).fetchone()
    assert min(before) > 0
    code, text = second_line("--undo")
    assert code == 1
    assert "DROP SCHEMA upheld_second_line CASCADE\n" in text
    assert owner.execute(count, names).fetchone() == before
    _close_default()
    assert second_line("--undo", "--apply")[0] == 0
    assert owner.execute(count, names).fetchone() == (0, 0, 0, 0, 0)
    code, text = second_line("--dry-run")
    assert code == 1
    assert f'CREATE ROLE "{APP}" LOGIN NOINHERIT' in text
    assert owner.execute(count, names).fetchone() == (0, 0, 0, 0, 0)
    assert second_line("--apply")[0] == 0
    assert owner.execute(count, names).fetchone() == before


def _close_default() -> None:
    from django.db import connection

    connection.close()


def test_statements_say_what_the_plan_did(owner: Any) -> None:
    """What a dry run prints, run by hand, leaves the same as `--apply`."""
    owner.execute("DROP POLICY upheld_own ON clinic_note")
    _, text = second_line("--dry-run")
    (statement,) = [line for line in text.splitlines() if line.startswith("CREATE POLICY")]
    owner.execute(statement)
    assert second_line("--check")[0] == 0


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("--undo", "--check"),
         "error: `--undo` goes with `--dry-run` or `--apply` (look at the plan first)\n"),
        (("--database", "owner"),
         "error: the database `owner` has no second line (name it in `SECOND_LINE` of the setting"
         " `UPHELD`, with the alias of its owner)\n"),
    ],
)  # fmt: skip
def test_wrong_use(words: tuple[str, ...], error: str) -> None:
    err = io.StringIO()
    with pytest.raises(SystemExit) as left:
        call_command("upheld", "second-line", *words, stderr=err)
    assert left.value.code == 2
    assert err.getvalue() == error


def test_roles_belong_to_one_site_each() -> None:
    """Names that merely start alike are another site's."""
    with connect("upheld", "postgres") as everything:
        everything.execute(f'CREATE ROLE "{ROLES}_other_app" LOGIN')
        try:
            assert second_line("--check")[0] == 0
        finally:
            everything.execute(f'DROP ROLE "{ROLES}_other_app"')
    assert server.role("own") == f'"{ROLES}_p_own"'
