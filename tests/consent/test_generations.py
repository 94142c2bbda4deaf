"""Answers remembered between requests, and forgotten by every worker at the right moment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.consent.answers import answer
from tests.journal.processes import Workers
from upheld import consent, context
from upheld.consent import generations as module
from upheld.consent import remembering
from upheld.consent.generations import SLOTS, Generations, generations, slot_of
from upheld.consent.models import TopicState
from upheld.policy.types import Policy

pytestmark = pytest.mark.django_db(transaction=True)
WHO = "member:42"


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Iterator[Path]:
    settings.UPHELD = settings.UPHELD | {"STATE_DIR": tmp_path}
    yield tmp_path
    remembering._shared.clear()


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let an answer settle at once, so that it is remembered right after it was given."""
    monkeypatch.setattr(module, "UNSETTLED", 0.0)


def asks(policy: Policy, purpose: str = "news") -> tuple[bool, int]:
    """Ask, and say how many queries it took."""
    with CaptureQueriesContext(connection) as queries:
        found = consent.allowed(WHO, purpose, policy=policy)
    return found, len(queries)


def test_an_answer_is_read_once_and_remembered_until_it_changes(
    folder: Path, settled: None, policy: Policy
) -> None:
    assert asks(policy) == (True, 1)
    assert asks(policy) == (True, 0)
    answer(policy, False, purpose="news")
    assert asks(policy) == (False, 1)
    assert asks(policy) == (False, 0)
    consent.forget(WHO)
    assert asks(policy) == (True, 1)


def test_the_answer_of_another_worker_is_seen_by_the_next_look(
    folder: Path, settled: None, policy: Policy
) -> None:
    assert asks(policy) == (True, 1)
    other = Generations(folder)  # as mapped by another process
    other.raise_number(slot_of(WHO))
    assert asks(policy) == (True, 1)
    assert asks(policy) == (True, 0)


def test_nothing_is_kept_while_an_answer_is_unsettled(folder: Path, policy: Policy) -> None:
    answer(policy, False, purpose="news")
    assert asks(policy) == (False, 1)
    assert asks(policy) == (False, 1)


def test_a_worker_killed_right_after_its_commit_leaves_no_old_answer(
    folder: Path, policy: Policy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The number is not raised after the commit: what was read before it is worthless anyway."""
    assert asks(policy) == (True, 1)
    elsewhere = dict(remembering._shared)
    monkeypatch.setattr(transaction, "on_commit", lambda *_, **__: None)
    answer(policy, False, purpose="news")
    remembering._shared.update(elsewhere)  # what another worker remembers
    assert asks(policy)[0] is False


def test_what_was_read_in_a_transaction_does_not_outlive_it(
    folder: Path, settled: None, policy: Policy
) -> None:
    with transaction.atomic():
        answer(policy, False, purpose="news")
        assert asks(policy)[0] is False
        transaction.set_rollback(True)
    assert asks(policy) == (True, 1)


def test_topics_that_a_transaction_saw_do_not_outlive_it(
    folder: Path, settled: None, policy: Policy
) -> None:
    rule = replace(policy.purposes["news"], topics=("deals",))
    policy.purposes["news"] = rule
    assert asks(policy) == (True, 1)
    with transaction.atomic():
        TopicState.objects.create(
            subject=WHO, purpose="news", topic="deals", granted=False,
            since="2026-11-22T08:00Z", entry=1,
        )  # fmt: skip
        assert not consent.allowed(WHO, "news", "deals", policy=policy)
        transaction.set_rollback(True)
    assert consent.allowed(WHO, "news", "deals", policy=policy)


def test_within_a_request_a_change_elsewhere_is_seen_too(
    folder: Path, policy: Policy, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = generations()
    assert shared is not None
    monkeypatch.setattr(Generations, "settled", lambda self, slot: False)
    with context.entered(context.Context(request="r1")):
        assert asks(policy) == (True, 1)
        assert asks(policy) == (True, 0)
        shared.raise_number(slot_of(WHO))
        assert asks(policy) == (True, 1)


def test_no_more_people_are_remembered_than_fit(
    folder: Path, settled: None, policy: Policy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remembering, "MOST", 5)
    for number in range(12):
        consent.allowed(f"member:{number}", "news", policy=policy)
    assert len(remembering._shared) <= 5


def test_the_file_is_its_owners_alone_and_small(folder: Path) -> None:
    Generations(folder)
    state = (folder / module.FILE).stat()
    assert oct(state.st_mode & 0o777) == "0o600"
    assert state.st_size == 2 * SLOTS * 8


def test_a_link_in_the_files_place_is_refused(folder: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("precious")
    (folder / module.FILE).symlink_to(elsewhere)
    with pytest.raises(OSError, match="symbolic"):
        Generations(folder)
    assert elsewhere.read_text() == "precious"


def test_a_number_comes_round(folder: Path) -> None:
    shared = Generations(folder)
    shared._words[7] = 2**63 - 1
    shared.raise_number(7)
    assert shared.current(7) == 0


@pytest.fixture
def workers(tmp_path: Path) -> Iterator[Workers]:
    made = Workers("tests.consent.worker", tmp_path)
    made.env |= {
        "DJANGO_SETTINGS_MODULE": "tests.consent.shared_settings",
        "UPHELD_TEST_STATE_DIR": str(tmp_path),
    }
    yield made
    made.stop()


def test_a_change_in_one_process_is_in_the_next_look_of_the_others(workers: Workers) -> None:
    asking = [workers.start("remember") for _ in range(2)]
    answering = workers.start("answer-lines")

    def say(worker: Any, text: str) -> str:
        print(text, file=worker.stdin, flush=True)
        return str(worker.stdout.readline().strip())

    # At first they read, then they remember: asked a second time without a query.
    assert [say(worker, "?") for worker in asking] == ["False 1", "False 1"]
    assert [say(worker, "?") for worker in asking] == ["False 0", "False 0"]
    for said in ("yes", "no") * 25:
        say(answering, said)
        expected = "True" if said == "yes" else "False"
        assert [say(worker, "?").split()[0] for worker in asking] == [expected, expected]
