"""The key-encryption key changes while the site runs, and survives being killed."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings as project
from django.db import OperationalError, connection, transaction

from tests.keyring import killed
from tests.keyring.test_store import key_of, open_, restart, seal
from upheld import keyring
from upheld.errors import ConfigurationError, UnknownKey
from upheld.keyring import kek, rotation, wrapped
from upheld.keyring.commands import COMMANDS
from upheld.keyring.models import IndexKey, SubjectKey
from upheld.keyring.rotation import rotate

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def keys(folder: Path, db: None) -> Path:
    """A site whose first KEK is in the folder."""
    IndexKey.objects.all().delete()
    kek.ensure()
    keyring.sealer()
    return folder


def test_every_key_moves_to_the_new_kek_and_the_old_one_goes(keys: Path) -> None:
    tokens = [seal(f"v{n}", f"member:{n}") for n in range(7)]
    keyring.destroy("member:6")
    blind = keyring.sealer().blind("-:contact.email", "mia@mail.example")
    old = kek.keks().current()
    done = rotate(slice_size=3)
    assert done == rotation.Rotation(
        current=kek.keks().current(),
        resumed=False,
        rewrapped=7,  # six living data keys and the index key
        remaining=0,
        retired=(old,),
        kept=(),
    )
    assert done.current != old
    assert [p.name for p in keys.glob("*.key")] == [f"{done.current}.key"]
    restart()
    assert [open_(t) for t in tokens[:6]] == [f"v{n}" for n in range(6)]
    assert keyring.sealer().blind("-:contact.email", "mia@mail.example") == blind
    assert SubjectKey.objects.get(pk=key_of(tokens[6]).hex()).wrapped is None


def test_what_was_wrapped_before_is_useless_afterwards(keys: Path) -> None:
    token = seal()
    backup = SubjectKey.objects.get()
    rotate()
    SubjectKey.objects.update(wrapped=backup.wrapped, kek=backup.kek)  # an old backup is restored
    restart()
    kek._made.pop((None, keys))
    with pytest.raises(UnknownKey) as caught:
        open_(token)
    assert caught.value.message == f"key-encryption key `{backup.kek}` is missing"


def test_without_a_new_key_nothing_changes(keys: Path) -> None:
    seal()
    current = kek.keks().current()
    done = rotate(new_key=False)
    assert (done.current, done.rewrapped, done.retired) == (current, 0, ())


def test_a_rotation_does_not_depend_on_the_callers_transaction(transactional_db: None) -> None:
    keyring.sealer()
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        rotate()


def test_keys_in_memory_rotate_too(db: None) -> None:
    token = seal()
    done = rotate()
    assert done.remaining == 0
    assert len(done.retired) == 1
    restart()
    assert open_(token) == "x"


def test_a_missing_kek_stops_the_run_before_anything_is_retired(keys: Path) -> None:
    seal()
    old = kek.keks().current()
    SubjectKey.objects.update(kek="0009-aaaaaaaaaaaa")
    with pytest.raises(UnknownKey) as caught:
        rotate()
    assert caught.value.message == "key-encryption key `0009-aaaaaaaaaaaa` is missing"
    assert old in kek.keks().ids()


def test_a_kek_still_in_use_is_not_retired(keys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    token = seal()
    old = kek.keks().current()
    monkeypatch.setattr(rotation, "_rewrap_subjects", lambda *given: 0)
    done = rotate()
    assert (done.remaining, done.retired, done.kept) == (1, (), (old,))
    restart()
    assert open_(token) == "x"
    monkeypatch.undo()


def test_a_busy_database_is_tried_again(keys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    token = seal()
    monkeypatch.setattr(rotation, "_WAIT", 0)
    slices, gates = iter([True, True, False]), iter([OperationalError, False, None])
    rewrap, close = rotation._rewrap_slice, rotation.close

    def busy_slice(*given: Any) -> tuple[str, int]:
        if next(slices, False):
            raise OperationalError("database is locked")
        return rewrap(*given)

    def busy_gate(connection: Any) -> bool:
        state = next(gates, None)
        if state is OperationalError:
            raise OperationalError("database is locked")
        return close(connection) if state is None else False

    monkeypatch.setattr(rotation, "_rewrap_slice", busy_slice)
    monkeypatch.setattr(rotation, "close", busy_gate)
    done = rotate()
    assert (done.remaining, len(done.retired), done.kept) == (0, 1, ())
    restart()
    assert open_(token) == "x"


def test_a_database_that_stays_busy_leaves_the_old_kek(
    keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = seal()
    old = kek.keks().current()
    monkeypatch.setattr(rotation, "_WAIT", 0)
    monkeypatch.setattr(rotation, "close", lambda connection: False)
    assert rotate().kept == (old,)

    def busy(*given: Any) -> tuple[str, int]:
        raise OperationalError("database is locked")

    monkeypatch.setattr(rotation, "_rewrap_slice", busy)
    seal(subject="member:2")
    with pytest.raises(OperationalError):
        rotate()
    restart()
    assert open_(token) == "x"


def test_a_kek_added_meanwhile_by_another_host_stops_the_run(keys: Path) -> None:
    token = seal()
    kek.keks().add()
    with pytest.raises(ConfigurationError) as caught:
        rotate(step=lambda name: name == "keys" and kek.keks().add())
    new = kek.keks().current()
    assert caught.value.message == f"key-encryption key `{new}` was added during the rotation"
    restart()
    assert open_(token) == "x"
    assert rotate().remaining == 0
    assert kek.keks().ids() == [new]


def test_two_rotations_do_not_run_at_once(keys: Path) -> None:
    with rotation._alone(), pytest.raises(ConfigurationError) as caught:
        rotate()
    assert caught.value.message == f"another rotation of `{keys}` is running"
    assert caught.value.hint == "wait until it is done"


def test_a_reader_that_comes_between_reading_and_unwrapping_looks_again(
    keys: Path,
) -> None:
    token = seal()
    row = SubjectKey.objects.get()
    rotate()
    kek._made.pop((None, keys))  # a process that never saw the old KEK
    assert wrapped.unwrapped(row, key_of(token))
    assert row.kek == kek.keks().current()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[dict[str, Any]]:
    """An empty database for other processes, as an entry of `DATABASES`."""
    given = project.DATABASES["default"]
    if connection.vendor != "postgresql":
        yield {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(tmp_path / "site.sqlite3"),
            "OPTIONS": {"timeout": 30, "transaction_mode": "IMMEDIATE"},
        }
        return
    import psycopg

    name = f"keyring_{uuid4().hex}"
    where = f"host={given['HOST']} port={given['PORT']} user={given['USER']} dbname=postgres"
    with psycopg.connect(where, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}".encode())
        yield {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": name,
            **{key: given[key] for key in ("USER", "HOST", "PORT")},
        }
        server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def run(module: str, database: dict[str, Any], keys: Path) -> list[Any]:
    done = subprocess.run(
        [sys.executable, "-m", f"tests.keyring.{module}", json.dumps(database), str(keys)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_killed_at_any_point_nothing_is_lost(database: dict[str, Any], tmp_path: Path) -> None:
    cases = run("killed", database, tmp_path / "keys")
    points = [case.pop("point") for case in cases]
    for act in ("fsync", "rename", "unlink", "commit"):
        assert {f"before {act}", f"after {act}"} <= set(points)
    assert {"step add", "step index", "step keys", "step slice", "step retire", "step done"} <= set(
        points
    )
    notes = {"opened": killed.NOTES - killed.DESTROYED, "destroyed": killed.DESTROYED}
    for point, case in zip(points, cases, strict=True):
        assert case.pop("files_left") in (1, 2), point
        assert case == {
            "before": notes,
            "after": notes,
            "files": 1,
            "under_current": notes["opened"],
            "index_under_current": 1,
            "remaining": 0,
            "kept": [],
        }, point


def test_readers_and_writers_go_on_meanwhile(database: dict[str, Any], tmp_path: Path) -> None:
    (found,) = run("spin", database, tmp_path / "keys")
    assert found["codes"] == [0, 0], found["others"]
    for other in found["others"]:
        assert other["written"] > 0
        assert other["read"] > 0
    assert {run["remaining"] for run in found["runs"]} == {0}
    assert sum(run["rewrapped"] > 10 for run in found["runs"]) >= 3
    assert sum(len(run["retired"]) for run in found["runs"]) >= 3
    assert found["final"]["remaining"] == 0
    assert found["final"]["kept"] == []
    assert found["files"] == [found["final"]["current"]]
    assert found["living"] == found["under_current"] > 0
    assert found["notes"]["opened"] > 0


def command(*words: str) -> tuple[int, str]:
    parser = ArgumentParser()
    COMMANDS["rotate-keys"].arguments(parser)
    out = io.StringIO()
    return COMMANDS["rotate-keys"].run(parser.parse_args(words), out), out.getvalue()


def test_the_command_says_what_it_did(keys: Path) -> None:
    seal()
    old = kek.keks().current()
    code, text = command()
    new = kek.keks().current()
    assert code == 0
    assert text == (f"key-encryption key in use: {new}\nkeys wrapped anew: 2\nretired: {old}\n")
    code, text = command("--json", "--no-new-key")
    assert code == 0
    assert json.loads(text) == {
        "current": new,
        "resumed": False,
        "rewrapped": 0,
        "remaining": 0,
        "retired": [],
        "kept": [],
    }


def test_the_command_reports_what_is_left(keys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seal()
    old = kek.keks().current()
    kek.keks().add()  # a rotation that was interrupted
    monkeypatch.setattr(rotation, "_rewrap_subjects", lambda *given: 0)
    code, text = command()
    assert code == 1
    assert text == (
        f"key-encryption key in use: {kek.keks().current()}\n"
        "finished a rotation that was interrupted\n"
        "keys wrapped anew: 1\n"
        f"not retired: {old} (in use, or kept elsewhere; run again later)\n"
        "keys still to wrap anew: 1 (run again)\n"
    )
