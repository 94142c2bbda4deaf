"""The system checks: each id with its words, and a site that does not start broken."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.checks import Error, Warning
from django.test import override_settings

from tests.datamap.words import clinic_with, clinic_without
from upheld.datamap import checks, guarded, snapshot
from upheld.datamap.active import MapError, active, override
from upheld.datamap.bind import FATAL
from upheld.datamap.checks import check_map
from upheld.errors import ConfigurationError
from upheld.policy.findings import PolicyError

ROOT = Path(__file__).parents[2]
CONTROLLER = "controller: {name: Test, country: US, contact: hello@test.example}\n"


def found(id: str) -> list[Any]:
    return [message for message in check_map(None) if message.id == f"upheld.{id}"]


def test_the_clinic_has_no_error() -> None:
    assert [message for message in check_map(None) if isinstance(message, Error)] == []


def test_an_undeclared_model_is_an_error() -> None:
    with override(mapfile=clinic_without("clinic.Topic")):
        assert found("E001") == [
            Error(
                "this model is not declared",
                hint="add it to map.yaml with its subject, or with `nobody:` and the reason",
                obj="clinic.Topic",
                id="upheld.E001",
            )
        ]


def test_a_generic_relation_wants_its_key_declared() -> None:
    entry = dataclasses.replace(active().datamap.source.models["clinic.Remark"], columns={})
    bare = {**active().datamap.source.models, "clinic.Remark": entry}
    with override(mapfile=dataclasses.replace(active().datamap.source, models=bare)):
        assert found("W003") == [
            Warning(
                "the generic relation `about` may point at a person, but `object_id` is not "
                "declared by name",
                hint="list it: `none`, `key` or a category",
                obj="clinic.Remark",
                id="upheld.W003",
            )
        ]
    told = clinic_with(
        "models: {clinic.Remark: {subject: author | nobody, rest: none,"
        " columns: {object_id: none, text: free_text}}}"
    )
    with override(mapfile=told):
        assert found("W003") == []


def test_a_route_serves_a_purpose_of_the_policy() -> None:
    source = active().datamap.source
    with override(mapfile=dataclasses.replace(source, routes={"me": "owning"})):
        assert found("E012") == [
            Error(
                "purpose `owning` is not in the policy",
                hint="declare it under `purposes` in policy.yaml",
                obj="routes.me",
                id="upheld.E012",
            )
        ]


@pytest.mark.parametrize("engine", ["cache", "file", "signed_cookies"])
def test_sessions_outside_the_database_are_declared(engine: str) -> None:
    middleware = ["django.contrib.sessions.middleware.SessionMiddleware"]
    name = f"django.contrib.sessions.backends.{engine}"
    with override_settings(SESSION_ENGINE=name, MIDDLEWARE=middleware):
        assert found("E022") == [
            Error(
                f"sessions are kept by `{name}`, which is no mapped table",
                hint="declare it in map.yaml: `stores: {sessions: {what: [session.content]}}`",
                obj="stores",
                id="upheld.E022",
            )
        ]
        declared = dataclasses.replace(
            active().datamap.source,
            stores=clinic_with("models: {}").stores | stores("sessions"),
        )
        with override(mapfile=declared):
            assert found("E022") == []


@pytest.mark.parametrize("engine", ["db", "cached_db"])
def test_sessions_in_the_database_are_a_table_like_any_other(engine: str) -> None:
    middleware = ["django.contrib.sessions.middleware.SessionMiddleware"]
    name = f"django.contrib.sessions.backends.{engine}"
    with override_settings(SESSION_ENGINE=name, MIDDLEWARE=middleware):
        assert found("E022") == []


def test_a_cache_that_outlives_the_process_is_declared(tmp_path: Path) -> None:
    config = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
        "pages": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": str(tmp_path),
        },
    }
    with override_settings(CACHES=config):
        assert found("E023") == [
            Error(
                "the cache `pages` (FileBasedCache) outlives the process and is not declared",
                hint="say what it holds: `stores: {cache_pages: {what: []}}`",
                obj="stores",
                id="upheld.E023",
            )
        ]
        source = active().datamap.source
        declared = dataclasses.replace(source, stores=source.stores | stores("cache_pages"))
        with override(mapfile=declared):
            assert found("E023") == []


def test_every_database_is_behind_the_guard(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import connections
    from django.db.backends.sqlite3.base import DatabaseWrapper

    assert found("E021") == []
    bare = DatabaseWrapper({**settings.DATABASES["default"], "ENGINE": "", "NAME": ":memory:"})
    both = {"default": connections["default"], "old": bare}
    monkeypatch.setattr(checks, "connections", both)
    monkeypatch.setattr(guarded, "connections", both)
    assert found("E021") == [
        Error(
            "the database `old` is reached without the guard",
            hint="set its ENGINE to `upheld.guard.backends.postgresql` or "
            "`upheld.guard.backends.sqlite3`",
            obj="DATABASES",
            id="upheld.E021",
        )
    ]


def test_texts_of_the_admin_log_are_not_declared_away() -> None:
    from upheld.datamap.bound import BoundModel

    now = active()
    like = now.datamap.labelled("clinic.Topic.title")
    assert like is not None
    text = dataclasses.replace(
        like, label="admin.LogEntry.object_repr", field=_Named("object_repr")
    )
    log = BoundModel(like.field.model, "admin.LogEntry", "django_admin_log", columns=(text,))

    class Map:
        def model(self, wanted: str) -> BoundModel:
            assert wanted == "admin.LogEntry"
            return log

    problems = list(checks.admin_log(dataclasses.replace(now, datamap=Map())))  # type: ignore[arg-type] # the one method used
    assert [(p.id, str(p), p.hint) for p in problems] == [
        (
            "W004",
            "admin.LogEntry.object_repr: the admin log repeats names and values of what was "
            "changed",
            "give it a category, e.g. `free_text`",
        )
    ]


class _Named:
    def __init__(self, name: str) -> None:
        self.name = name


def test_drift_from_the_snapshot_is_an_error(privacy_copy: Path) -> None:
    with override_settings(UPHELD={**settings.UPHELD, "PRIVACY_DIR": privacy_copy}):
        (privacy_copy / snapshot.FILE).unlink(missing_ok=True)
        assert found("W005") == [
            Warning(
                "`map.lock` is missing",
                hint="write and commit it: `manage.py upheld map --write`",
                obj="map.lock",
                id="upheld.W005",
            )
        ]
        path = snapshot.write(active().datamap, privacy_copy)
        assert found("E024") == found("W005") == []
        content = path.read_text("utf-8")
        path.write_text(content.replace("clinic.Topic.title | none", "clinic.Topic.title | key"))
        assert found("E024") == [
            Error(
                "2 lines differ from what was committed: "
                "- clinic.Topic.title | key | clear | nobody; "
                "+ clinic.Topic.title | none | clear | nobody",
                hint="look at each, then run `manage.py upheld map --write` and commit",
                obj="map.lock",
                id="upheld.E024",
            )
        ]


@pytest.mark.parametrize("mode", ["observe", "enforce"])
def test_a_broken_folder_stops_the_site_in_every_mode(privacy_copy: Path, mode: str) -> None:
    (privacy_copy / "policy.yaml").write_text("controller: [", "utf-8")
    config = {**settings.UPHELD, "PRIVACY_DIR": privacy_copy, "MODE": mode}
    with override_settings(UPHELD=config):
        with pytest.raises(PolicyError) as first:
            active()
        with pytest.raises(PolicyError) as again:
            active()
        assert again.value is first.value
        assert [(m.id, m.msg) for m in check_map(None)] == [("upheld.E020", first.value.message)]
    assert active().policy.controller.name == "Aldgrove Practice"


def test_no_folder_at_all_is_said() -> None:
    with override_settings(UPHELD={}):
        with pytest.raises(ConfigurationError) as caught:
            active()
        assert str(caught.value) == (
            "`UPHELD` has no `PRIVACY_DIR` (name the folder with notice.md, policy.yaml and "
            "map.yaml)"
        )
        assert [m.id for m in check_map(None)] == ["upheld.E020"]


def test_a_map_with_fatal_problems_names_them_all(privacy_copy: Path) -> None:
    path = privacy_copy / "map.yaml"
    broken = path.read_text("utf-8").replace("subject: user\n", "subject: usr\n")
    path.write_text(broken.replace("subject: author | nobody", "subject: writer"), "utf-8")
    with override_settings(UPHELD={**settings.UPHELD, "PRIVACY_DIR": privacy_copy}):
        with pytest.raises(MapError) as caught:
            active()
        assert str(caught.value) == (
            "the map cannot be used\n"
            "clinic.Patient: `clinic.Patient` has no field or relation `usr`, a step of `usr`\n"
            "  hint: did you mean `user`?\n"
            "clinic.Remark: `clinic.Remark` has no field or relation `writer`, a step of `writer`\n"
            "  hint: known here: `about`, `author`, `content_type`, `id`, `object_id`, `text`"
        )
        assert [(m.id, m.obj) for m in check_map(None)] == [
            ("upheld.E005", "clinic.Patient"),
            ("upheld.E005", "clinic.Remark"),
        ]


START = {
    "a command": "from django.core.management import execute_from_command_line\n"
    "execute_from_command_line(['manage.py', 'check'])\n",
    "a server": "from django.core.wsgi import get_wsgi_application\nget_wsgi_application()\n",
}


@pytest.mark.parametrize("start", START)
def test_a_broken_site_does_not_start(privacy_copy: Path, start: str) -> None:
    """A process of its own: what a person sees who starts it, in observe mode too."""
    (privacy_copy / "policy.yaml").write_text(CONTROLLER, "utf-8")
    code = (
        "import tests.project.settings as s\n"
        f"s.UPHELD = {{**s.UPHELD, 'PRIVACY_DIR': {str(privacy_copy)!r}, 'MODE': 'observe'}}\n"
        f"{START[start]}"
        "print('started')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120,
        check=False, env={"DJANGO_SETTINGS_MODULE": "tests.project.settings", "PATH": ""},
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, "")
    assert "the privacy folder has" in done.stderr
    assert "a policy lacks `purposes`" in done.stderr


def test_every_id_that_is_listed_has_a_test() -> None:
    here = Path(__file__).parent
    tested = "".join(path.read_text("utf-8") for path in here.glob("test_*.py"))
    words = (checks.__doc__ or "").split()
    listed = {word for word in words if word[0] in "EW" and word[1:].isdigit()}
    assert listed >= FATAL
    assert {
        id for id in listed if f'"{id}"' not in tested and f"upheld.{id}" not in tested
    } == set()


def stores(*names: str) -> dict[str, Any]:
    from upheld.policy.mapfile import Store

    return {name: Store(name, ()) for name in names}
