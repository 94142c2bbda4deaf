"""Several workers answer and ask at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journal.processes import Workers, printed

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def workers(tmp_path: Path) -> Iterator[Workers]:
    made = Workers("tests.consent.worker", tmp_path)
    yield made
    made.stop()


def test_clicks_that_reach_several_workers_count_once(workers: Workers) -> None:
    clicks = [workers.start("answer", "yes", "1") for _ in range(3)]
    entries = [entry for click in clicks for entry in printed(click)]
    assert len(entries) == 1
    assert workers.run("check") == "[] 1\n"


def test_state_and_ledger_agree_after_contradicting_answers(workers: Workers) -> None:
    people = [workers.start("answer", said, "12") for said in ("yes", "no", "yes")]
    entries = [entry for person in people for entry in printed(person)]
    assert len(entries) == len(set(entries))
    assert workers.run("check") == f"[] {len(entries)}\n"


def test_an_answer_holds_in_every_worker_at_once(workers: Workers) -> None:
    asking = workers.start("ask")
    assert asking.stdin is not None and asking.stdout is not None

    def ask() -> str:
        print("?", file=asking.stdin, flush=True)
        return asking.stdout.readline().strip()

    found = [ask()]
    for said in ("yes", "no", "yes"):
        workers.run("answer", said, "1")
        found.append(ask())
    assert found == ["False", "True", "False", "True"]
