from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from tests.rights.conftest import Person
from upheld import consent, rights
from upheld.conf import conf
from upheld.consent.models import TopicState
from upheld.datamap.active import active, override
from upheld.keyring import tombstones
from upheld.rights.replay import settle

Run = Callable[..., dict[str, Any]]


@pytest.fixture
def noted(settings: Any, tmp_path: Path) -> Path:
    """Note erasures and withdrawals in a file of the test's."""
    settings.UPHELD = {**settings.UPHELD, "REPLAY_FILE": tmp_path / "replay.jsonl"}
    return tmp_path / "replay.jsonl"


@pytest.fixture
def run(tmp_path: Path, request: pytest.FixtureRequest) -> Run:
    """Run `tests.rights.restored` on a database of its own."""

    def restored(*more: str) -> dict[str, Any]:
        database = str(tmp_path / "restored.sqlite3")
        if connection.vendor == "postgresql":
            database = f"restored_{os.getpid()}_{len(more)}"
            with connection.creation._nodb_cursor() as cursor:
                cursor.execute(f"CREATE DATABASE {database}")
        connection.close()
        done = subprocess.run(
            [sys.executable, "-m", "tests.rights.restored", str(tmp_path), *more],
            env=os.environ
            | {
                "DJANGO_SETTINGS_MODULE": "tests.rights.restored_settings",
                "UPHELD_TEST_DB_NAME": database,
                "UPHELD_TEST_REPLAY": str(tmp_path / "replay.jsonl"),
            },
            capture_output=True,
            text=True,
            timeout=400,
        )
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    return restored


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("how", ["", "kill"])
def test_a_restored_backup_is_brought_to_what_was_erased_and_withdrawn(run: Run, how: str) -> None:
    report = run(*([how] if how else []))
    points = report.pop("points")
    assert points > 40 if how else points == 0
    first = report.pop("first")
    if not how:
        assert (first["erased"], first["withdrawn"]) == (1, 1)
    again = report.pop("again")
    assert (again["erased"], again["already"], again["withdrawn"]) == (0, 1, 0)
    assert report == {
        "back_after_restore": True,
        "held": ["auth.User", "clinic.Invoice"],
        "receipt_again": 1,
        "agrees": {"Ann": False, "Ben": False, "Cat": True},
        "suppressed": True,
        "bystander_intact": True,
    }


@pytest.mark.django_db(transaction=True)
def test_an_erasure_is_noted_before_and_settled_after_its_commit(ben: Person, noted: Path) -> None:
    receipt = rights.erase(ben.subject, ground="asked in a test").person
    stones = list(tombstones.read())
    assert [(stone.kind, stone.id) for stone in stones] == [
        ("erased", receipt),
        ("settled", receipt),
    ]
    assert stones[0].keys
    assert ben.subject not in noted.read_text()
    assert noted.stat().st_mode & 0o077 == 0
    assert tombstones.unsettled() == []


@pytest.mark.django_db(transaction=True)
def test_an_erasure_that_is_rolled_back_is_void(ben: Person, noted: Path) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        rights.erase(ben.subject, ground="asked in a test")
        raise ZeroDivisionError
    (stone,) = tombstones.unsettled()
    assert rights.replay().unsettled == [stone.id]
    old = stone.at.replace("2026", "2025")
    noted.write_text(noted.read_text().replace(stone.at, old))
    assert settle("default") == 1
    assert [stone.kind for stone in tombstones.read()] == ["erased", "void"]
    assert rights.replay() == rights.Replay()
    assert rights.by_category(ben.subject)


@pytest.mark.django_db
def test_a_line_cut_short_is_passed_over_and_the_next_one_stands_alone(noted: Path) -> None:
    noted.write_text('{"kind":"settled","id":"a"}\n{"kind":"erased","id":"b","at":"20')
    tombstones.append([tombstones.Tombstone("void", "c")])
    assert [(stone.kind, stone.id) for stone in tombstones.read()] == [
        ("settled", "a"),
        ("void", "c"),
    ]


@pytest.mark.django_db
def test_a_number_that_was_given_anew_is_left_alone(ben: Person, noted: Path) -> None:
    tombstones.append(
        [
            tombstones.Tombstone(
                "erased",
                "f" * 32,
                "2020-01-01T00:00:00+00:00",
                subjects=(tombstones.digest(ben.subject),),
                keys=("0" * 32,),
            ),
            tombstones.Tombstone("settled", "f" * 32),
        ]
    )
    assert rights.replay().others == ["f" * 32]
    assert rights.by_category(ben.subject)


@pytest.mark.django_db
def test_a_yes_given_after_the_withdrawal_stands(ben: Person, noted: Path) -> None:
    def answer(granted: bool) -> None:
        consent.record(
            ben.subject,
            "weekly_bundle_mail",
            granted,
            wording="Weekly mail",
            version="1",
            place="test",
            method="form",
        )

    answer(False)
    answer(True)
    assert rights.replay().withdrawn == 0
    assert consent.allowed(ben.subject, "weekly_bundle_mail")
    assert noted == conf().REPLAY_FILE


@pytest.mark.django_db
def test_a_topic_that_was_refused_is_refused_again(ben: Person, noted: Path) -> None:
    def answer(granted: bool, topic: str = "") -> None:
        consent.record(
            ben.subject,
            "weekly_bundle_mail",
            granted,
            topic=topic,
            wording="Weekly mail",
            version="1",
            place="test",
            method="form",
        )

    rule = replace(active().policy.purposes["weekly_bundle_mail"], topics=("deals", "news"))
    purposes = active().policy.purposes | {rule.id: rule}
    with override(policy=replace(active().policy, purposes=purposes)):
        answer(True)
        answer(False, "deals")
        assert '"topic":"deals"' in noted.read_text().replace(": ", ":")
        # As in a backup of before: nobody said anything about the topic.
        TopicState.objects.all().delete()
        assert consent.allowed(ben.subject, rule.id, "deals")
        assert rights.replay().withdrawn == 1
        assert not consent.allowed(ben.subject, rule.id, "deals")
        assert consent.allowed(ben.subject, rule.id, "news")
        assert rights.replay().withdrawn == 0
