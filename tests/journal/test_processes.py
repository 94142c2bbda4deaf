"""Many workers, some of them killed: nothing lost, nothing doubled, one tree."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journal.processes import Workers, kill_after, printed

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def workers(tmp_path: Path) -> Iterator[Workers]:
    made = Workers("tests.journal.worker", tmp_path)
    yield made
    made.stop()


def test_workers_that_write_and_sequence_together(workers: Workers) -> None:
    sequencers = [workers.start("sequence") for _ in range(2)]
    writers = [workers.start("write", name, "40") for name in ("a", "b", "c")]
    marks = [mark for writer in writers for mark in printed(writer)]
    assert [sequencer.poll() for sequencer in sequencers] == [None, None]
    workers.stop()
    report = json.loads(workers.run("report"))
    assert len(marks) == 120
    assert report == {
        "findings": [],
        "size": 120,
        "waiting": 0,
        "marks": dict.fromkeys(marks, 1),
    }


def test_workers_that_are_killed(workers: Workers) -> None:
    sequencers = [workers.start("sequence") for _ in range(2)]
    writers = [workers.start("write", name, "100000") for name in ("a", "b")]
    kill_after(sequencers[0], 3)
    marks = kill_after(writers[0], 15) + kill_after(writers[1], 15)
    kill_after(sequencers[1], 1)
    report = json.loads(workers.run("report"))
    assert len(marks) >= 30
    assert report["findings"] == []
    assert report["waiting"] == 0
    assert report["size"] == len(report["marks"])  # none twice
    assert set(report["marks"].values()) == {1}
    lost = set(marks) - set(report["marks"])
    assert not lost
    # At most the one event that each was committing when it was killed came on top.
    assert len(report["marks"]) - len(marks) <= 2
