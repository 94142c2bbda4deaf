"""Inspections: what each look finds, what becomes of it, and who may say so."""

from __future__ import annotations

import io
import json
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import override_settings

from upheld.context import Actor
from upheld.datamap.active import active
from upheld.datamap.active import override as governed_by
from upheld.journal import fresh_buffer
from upheld.policy.types import Measure, Policy
from upheld.proving.inspection.commands import Inspect
from upheld.proving.inspection.configuration import (
    second_line_look,
    secrets_look,
    settings_look,
    staff_look,
    transport_look,
)
from upheld.proving.inspection.looks import Found, Unknown
from upheld.proving.inspection.models import Inspection, Weakness
from upheld.proving.inspection.repairing import (
    RepairRefused,
    looked_again,
    note,
    overdue,
    repaired,
)
from upheld.proving.inspection.running import due_on, inspect
from upheld.proving.inspection.upkeep import (
    advisories_look,
    log_look,
    migrations_look,
    support_look,
)
from upheld.proving.registry import Broken, Ground, all_probes

pytestmark = pytest.mark.django_db
ANN, BEN = Actor("staff", "member:1"), Actor("staff", "member:2")


@pytest.fixture(autouse=True)
def _governed(db: None) -> Iterator[None]:
    with fresh_buffer(), upheld():
        yield


def monthly(policy: Policy) -> Policy:
    """With the two measures, and a post that needs a second factor."""
    measures = {
        "inspections": Measure("inspections", every="1 month"),
        "repairs": Measure("repairs"),
    }
    desk = replace(policy.posts["dispatch"], second_factor=True)
    return replace(policy, measures=measures, posts=policy.posts | {"dispatch": desk})


@contextmanager
def upheld(**given: Any) -> Iterator[None]:
    """Other settings; they read the rules anew, so the measures are put over them."""
    with (
        override_settings(UPHELD={**settings.UPHELD, **given}),
        governed_by(policy=monthly(active().policy)),
    ):
        yield


def words(found: Iterator[Found]) -> list[str]:
    return [each.what for each in found]


def test_keys_that_others_may_open_are_critical(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    keys.mkdir(mode=0o700)
    (keys / "kek-1.key").write_text("secret")
    (keys / "kek-1.key").chmod(0o600)
    (tmp_path / "token").write_text("secret")
    (tmp_path / "token").chmod(0o644)
    carrier = {"carrier": {"way": "http", "at": "https://c.example", "key": tmp_path / "token"}}
    with upheld(KEYS_DIR=keys, RECIPIENTS=carrier):
        assert list(secrets_look("default")) == [
            Found("others than the site's account may open `token`", "critical")
        ]
        (tmp_path / "token").chmod(0o600)
        assert list(secrets_look("default")) == []
        keys.chmod(0o755)
        assert words(secrets_look("default")) == ["others than the site's account may open `keys`"]
        keys.chmod(0o700)
        with override_settings(MEDIA_ROOT=str(tmp_path)):
            assert words(secrets_look("default")) == [
                "the folder of keys lies in a folder that is served"
            ]
    with upheld(KEYS_DIR=None):
        assert words(secrets_look("default")) == [
            "keys are kept in memory only: `KEYS_DIR` is not set"
        ]


def test_settings_of_a_site_that_is_not_safe() -> None:
    with upheld(MODE="observe"), override_settings(DEBUG=True):
        found = {each.what: each.severity for each in settings_look("default")}
    assert found["the guard only observes: `MODE` is not `enforce`"] == "high"
    assert found["security.W018: You should not have DEBUG set to True in deployment"] == "critical"
    with upheld(SITE_URL="https://shop.example"):
        assert any(what.startswith("security.W008") for what in words(settings_look("default")))
    assert not any(what.startswith("security.W008") for what in words(settings_look("default")))


def test_every_way_without_tls_is_told() -> None:
    given = {
        "SITE_URL": "http://shop.example",
        "RECIPIENTS": {"printer": {"way": "http", "at": "http://printer.example"}},
        "MAILBOXES": {"desk": {"imap": "imap://desk@mail.example"}},
    }
    smtp = "django.core.mail.backends.smtp.EmailBackend"
    with upheld(**given), override_settings(EMAIL_BACKEND=smtp, EMAIL_HOST="mail.example"):
        assert words(transport_look("default")) == [
            "the site is reached without TLS: `SITE_URL` is not https",
            "data go to the recipient `printer` without TLS",
            "the mailbox `desk` is read without TLS",
            "mails go to the mail server without TLS",
        ]
    with upheld(SITE_URL="https://shop.example"), override_settings(SESSION_COOKIE_SECURE=False):
        assert words(transport_look("default")) == ["the session's cookie also travels without TLS"]
    assert words(transport_look("default")) == []


def test_posts_that_nobody_checks_are_told() -> None:
    with upheld(SECOND_FACTOR=""):
        assert words(staff_look("default")) == [
            "nothing checks second factors, which `dispatch` needs"
        ]
    with upheld(SECOND_FACTOR="tests.pages.factor.Factor"):
        assert words(staff_look("default")) == []


def test_only_postgresql_has_a_second_line() -> None:
    if connection.vendor == "postgresql":
        assert words(second_line_look("default")) == [
            "the database refuses nothing by itself: no second line"
        ]
    else:
        with pytest.raises(Unknown, match="only PostgreSQL has one"):
            list(second_line_look("default"))


def test_programs_are_mended_until_a_day() -> None:
    assert words(support_look("default", date(2026, 11, 22))) == []
    assert "django 5.2 is mended until 2028-04-30 only" in words(
        support_look("default", date(2028, 3, 1))
    )
    late = {each.what: each.severity for each in support_look("default", date(2028, 5, 1))}
    assert late["django 5.2 is mended no more since 2028-04-30"] == "high"


def test_advisories_are_compared_with_what_is_installed(tmp_path: Path) -> None:
    def advisory(name: str, **affected: Any) -> None:
        record = {
            "id": name,
            "affected": [{"package": {"ecosystem": "PyPI", "name": "Django"}, **affected}],
            "database_specific": {"severity": "MODERATE"},
        }
        (tmp_path / f"{name}.json").write_text(json.dumps(record))

    have = version("django")
    advisory("ADV-1", versions=[have])
    advisory("ADV-2", versions=["1.0"])
    span = [{"introduced": "0"}, {"fixed": "5.0"}, {"introduced": "5.1"}, {"fixed": "99"}]
    advisory("ADV-3", ranges=[{"type": "ECOSYSTEM", "events": span}])
    advisory("ADV-4", ranges=[{"type": "ECOSYSTEM", "events": span[:2]}])
    with upheld(ADVISORIES=tmp_path):
        assert list(advisories_look("default")) == [
            Found(f"django {have}: ADV-1", "medium"),
            Found(f"django {have}: ADV-3", "medium"),
        ]
    with pytest.raises(Unknown, match="no folder of advisories: see the setting `ADVISORIES`"):
        list(advisories_look("default"))


def test_this_database_and_log_are_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    assert words(log_look("default")) == []
    monkeypatch.setattr(
        "upheld.proving.inspection.upkeep.MigrationExecutor.migration_plan",
        lambda self, targets: [(Namespace(app_label="clinic"), False)],
    )
    assert words(migrations_look("default")) == ["migrations of `clinic` were not run"]


def test_a_run_keeps_what_it_found_until_it_is_gone() -> None:
    assert due_on() == datetime.now(UTC).date()
    with upheld(MODE="observe"):
        inspect()
        inspect()
    row = Weakness.objects.get(what__startswith="the guard only observes")
    assert (row.severity, row.due_on) == ("high", row.found_at.date() + timedelta(days=7))
    inspect()
    row.refresh_from_db()
    assert (row.repair, row.repaired_by) == ("not found any more", "system:inspection")
    assert row.looked_at is None  # a person looks again
    looked_again(row.pk, holds=True, actor=BEN)
    with upheld(MODE="observe"):
        inspect()
    assert Weakness.objects.filter(what=row.what).count() == 2
    last = Inspection.objects.first()
    assert last is not None
    assert last.results["settings"] == "weak"
    with upheld():
        day = due_on()
    assert day is not None
    assert 28 <= (day - last.started_at.date()).days <= 31


def test_the_next_run_is_the_second_look_at_what_people_repaired() -> None:
    with upheld(MODE="observe"):
        inspect()
        row = Weakness.objects.get(what__startswith="the guard only observes")
        repaired(row.pk, "switched to enforce", actor=ANN)
        inspect()
    row.refresh_from_db()
    assert row.repaired_at is None  # it was still there
    repaired(row.pk, "switched to enforce", actor=ANN)
    inspect()
    row.refresh_from_db()
    assert row.looked_by == "system:inspection"


def test_a_repair_needs_words_and_a_second_person() -> None:
    row = note("a door was left open", "critical")
    refusals = []
    for step in (
        lambda: note(" ", "low"),
        lambda: looked_again(row.pk, holds=True, actor=BEN),
        lambda: repaired(row.pk, " ", actor=ANN),
        lambda: repaired(row.pk + 1, "shut it", actor=ANN),
        lambda: (
            repaired(row.pk, "shut it", actor=ANN),
            looked_again(row.pk, holds=True, actor=ANN),
        ),
        lambda: repaired(row.pk, "shut it", actor=ANN),
    ):
        with pytest.raises(RepairRefused) as refused:
            step()
        refusals.append((refused.value.message, refused.value.hint))
    assert refusals == [
        ("a weakness needs words", "say in one line what is weak"),
        ("this weakness waits for no second look", "look at the list again"),
        ("a repair needs words", "say what was done"),
        ("there is no such weakness", "look at the list again"),
        ("the second look needs another person", "somebody else than who repaired it must look"),
        ("this weakness is repaired already", "look at it again"),
    ]
    assert looked_again(row.pk, holds=True, actor=BEN).looked_by == "member:2"


def test_what_is_late_is_told() -> None:
    row = note("a door was left open", "critical")
    assert overdue(today=row.due_on) == []
    assert overdue(today=row.due_on + timedelta(days=1)) == [row]


def test_the_command_says_what_waits() -> None:
    given = Namespace(database="default", if_due=False, repaired=None, words="", json=True)
    out = io.StringIO()
    with upheld(MODE="observe"):
        assert Inspect().run(given, out) == 1
    told = json.loads(out.getvalue())
    assert {"id": "settings", "result": "weak"}.items() <= told["looks"][0].items()
    assert "the guard only observes: `MODE` is not `enforce`" in [
        each["what"] for each in told["weaknesses"]
    ]
    out = io.StringIO()
    given.json, given.if_due = False, True
    assert Inspect().run(given, out) == 0
    assert out.getvalue() == f"not due: {due_on()}\n"
    given.repaired, given.words = told["weaknesses"][0]["id"], ""
    out = io.StringIO()
    assert Inspect().run(given, out) == 2
    assert out.getvalue() == "error: a repair needs words; say what was done\n"


def finding(id: str) -> str:
    (probe,) = (each for each in all_probes(active()) if each.id == id)
    try:
        return probe.attempt(Ground(active(), "default")).detail
    except Broken as broken:
        return f"broken: {broken}"


def test_the_probes_see_what_is_not_done(monkeypatch: pytest.MonkeyPatch) -> None:
    assert finding("inspections.regular") == (
        "broken: no inspection ever ran: run `upheld inspect`"
    )
    inspect()
    assert finding("inspections.regular").endswith("a planted weakness was found")
    Inspection.objects.update(started_at=datetime.now(UTC) - timedelta(days=62))
    assert finding("inspections.regular").startswith("broken: an inspection was due on ")
    Weakness.objects.all().delete()
    assert finding("inspections.repairs") == (
        "found, dated, and repaired for two people only; none is overdue"
    )
    Weakness.objects.all().delete()
    Weakness.objects.filter(pk=note("a door", "low").pk).update(due_on=date(2026, 1, 1))
    assert finding("inspections.repairs") == (
        "broken: 1 weaknesses are open beyond their day of repair"
    )
    Weakness.objects.all().delete()
    monkeypatch.setattr(
        "upheld.proving.inspection.repairing._get",
        lambda pk, using: _waved_through(pk),
    )
    assert finding("inspections.repairs") == "broken: somebody confirmed a repair of their own"


def _waved_through(pk: int) -> Weakness:
    """As if nobody compared who repaired with who looks."""
    row = Weakness.objects.get(pk=pk)
    if row.repaired_at is not None:
        row.repaired_by = "somebody else"
    return row
