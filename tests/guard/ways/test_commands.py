"""Every management command of Django: none gives or takes a row without a purpose."""

from __future__ import annotations

import io
import json
import pkgutil
from pathlib import Path
from typing import Any

import pytest
from django.contrib import auth, contenttypes, sessions
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.management import call_command, commands
from django.core.management.base import CommandError
from django.core.serializers.base import DeserializationError
from django.db import connection

from tests.guard.conftest import Clinic, as_, stored
from tests.project.clinic.models import Invoice, Patient
from upheld.errors import PurposeError

SECRETS = ("ann@mail.example", "12345", "md5$", "Hill Road", "glasses")


def run(name: str, *args: Any, **options: Any) -> str:
    out = io.StringIO()
    call_command(name, *args, stdout=out, stderr=io.StringIO(), **options)
    return out.getvalue()


ROWS = {
    "dumpdata", "loaddata", "flush", "createsuperuser", "changepassword", "clearsessions",
    "remove_stale_contenttypes", "inspectdb", "dbshell", "shell",
}  # fmt: skip
"""Tried below."""
NO_ROWS = {
    "check", "compilemessages", "diffsettings", "makemessages", "makemigrations", "migrate",
    "optimizemigration", "runserver", "sendtestemail", "showmigrations", "sqlflush", "sqlmigrate",
    "sqlsequencereset", "squashmigrations", "startapp", "startproject", "test", "testserver",
    "createcachetable",
}  # fmt: skip
"""They read files and the schema. `migrate` has a purpose of its own: see test_schema;
`runserver` gives each request its own; `testserver` loads by `loaddata`; a cache table is a
store that the checks want declared."""


def test_no_command_of_django_is_forgotten() -> None:
    offered = {module.name for module in pkgutil.iter_modules(commands.__path__)}
    for app in (auth, contenttypes, sessions):
        folder = str(Path(app.__path__[0]) / "management" / "commands")
        offered |= {module.name for module in pkgutil.iter_modules([folder])}
    assert offered == ROWS | NO_ROWS


@pytest.mark.parametrize("purpose", [None, "statistics", "own", "order_fulfilment"])
@pytest.mark.parametrize("kind", ["json", "xml", "jsonl", "yaml"])
@pytest.mark.parametrize("chunked", [False, True])
def test_dumpdata(clinic: Clinic, purpose: str | None, kind: str, chunked: bool) -> None:
    with as_(purpose):
        try:
            text = run("dumpdata", "clinic", "auth.user", format=kind, use_base_manager=chunked)
        except (PurposeError, CommandError) as error:
            text = str(error)
    for secret in SECRETS:
        assert secret not in text


def test_dumpdata_gives_upkeep_what_it_may_read(clinic: Clinic) -> None:
    with as_("upkeep"):
        text = run("dumpdata", "clinic.patient")
    assert "Ann Lee" in text
    assert json.loads(text)[0]["fields"]["phone"] == "12345"


def test_loaddata(clinic: Clinic, tmp_path: Path) -> None:
    file = tmp_path / "rows.json"
    row = {"model": "clinic.invoice", "pk": 77, "fields": {"number": "N-77", "user": clinic.bob.pk}}
    file.write_text(json.dumps([row]))
    for purpose in (None, "statistics", "catalogue_work"):
        with as_(purpose), pytest.raises((PurposeError, DeserializationError)):
            run("loaddata", str(file))
    with clinic.own(clinic.ann), pytest.raises(PurposeError):
        run("loaddata", str(file))
    row = {"model": "clinic.patient", "pk": clinic.ann_patient.pk,
           "fields": {"user": clinic.ann.pk, "name": "Ann Loaded",
                      "created": "2026-11-22T12:00:00Z"}}  # fmt: skip
    file.write_text(json.dumps([row]))
    with as_("upkeep"):
        run("loaddata", str(file))
        assert Patient.objects.get(pk=clinic.ann_patient.pk).name == "Ann Loaded"
        assert Invoice.objects.count() == 3
    assert "Loaded" not in stored("clinic_patient", "name", clinic.ann_patient.pk)


def test_inspectdb_shows_shapes_alone(clinic: Clinic) -> None:
    with as_(None):
        text = run("inspectdb", "clinic_patient")
    assert "class ClinicPatient" in text
    assert not any(secret in text for secret in SECRETS)


@pytest.mark.parametrize("name", ["createsuperuser", "changepassword"])
def test_accounts(clinic: Clinic, name: str) -> None:
    given: dict[str, Any] = {
        "createsuperuser": {"username": "new", "email": "new@mail.example", "interactive": False},
    }.get(name, {})
    args = ["ann"] if name == "changepassword" else []
    with as_("statistics"):
        try:
            run(name, *args, **given)
        except PurposeError:
            pass
        else:
            pytest.fail("nothing was refused")
    with as_("upkeep"):
        assert User.objects.count() == 2


def test_remove_stale_contenttypes_asks_about_no_person(clinic: Clinic) -> None:
    with as_(None):
        run("remove_stale_contenttypes", interactive=False)
    with as_("upkeep"):
        assert Patient.objects.count() == 2


def test_clearsessions_takes_expired_sessions_alone(clinic: Clinic) -> None:
    with as_("upkeep"):
        Session.objects.create(
            session_key="living", session_data="x", expire_date="2099-01-01T00:00Z"
        )
    with as_("statistics"):
        run("clearsessions")
    with as_("upkeep"):
        assert Session.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_flush_is_refused_without_upkeep(clinic: Clinic) -> None:
    """It empties every table: as a command of the process it needs an entry in the map."""
    from upheld.guard.launch import command_context

    assert command_context("flush") is None
    context = command_context("migrate")
    assert context is not None
    assert context.purpose == "upkeep"


def test_shell_has_no_purpose_until_one_is_named(clinic: Clinic) -> None:
    code = "from tests.project.clinic.models import Patient; print([p.phone for p in "
    code += "Patient.objects.all()])"
    with as_(None), pytest.raises(PurposeError):
        run("shell", command=code)


def test_dbshell_leaves_the_first_line(clinic: Clinic) -> None:
    """It starts the database's own program: only the second line and sealing stand there."""
    from django.db.backends.base.client import BaseDatabaseClient

    assert issubclass(connection.client_class, BaseDatabaseClient)
    assert "Lee" not in stored("clinic_patient", "name", clinic.ann_patient.pk)
    assert "@" not in stored("clinic_patient", "email", clinic.ann_patient.pk)
