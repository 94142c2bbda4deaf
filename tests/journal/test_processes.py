"""Many workers, some of them killed: nothing lost, nothing doubled, one tree."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db(transaction=True)


class Workers:
    def __init__(self, database: str) -> None:
        self.env = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.journal.processes_settings",
            "UPHELD_TEST_DB_NAME": database,
        }
        self.running: list[subprocess.Popen[str]] = []

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        worker = subprocess.Popen(
            [sys.executable, "-m", "tests.journal.worker", *arguments],
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.running.append(worker)
        return worker

    def run(self, *arguments: str) -> str:
        out, errors = self.start(*arguments).communicate(timeout=120)
        assert errors == ""
        return out

    def stop(self) -> None:
        for worker in self.running:
            worker.kill()
            worker.wait()
            for stream in (worker.stdout, worker.stderr):
                assert stream is not None
                stream.close()


@pytest.fixture
def workers(tmp_path: Path) -> Any:
    if connection.vendor == "postgresql":
        made = Workers(str(connection.settings_dict["NAME"]))
    else:
        made = Workers(str(tmp_path / "log.sqlite3"))
        made.run("prepare")
    yield made
    made.stop()


def printed(worker: subprocess.Popen[str]) -> list[str]:
    out, errors = worker.communicate(timeout=120)
    assert (worker.returncode, errors) == (0, "")
    return out.split()


def kill_after(worker: subprocess.Popen[str], lines: int) -> list[str]:
    """Read some lines, kill -9 in the midst of work, and return all it had printed."""
    assert worker.stdout is not None
    seen = [worker.stdout.readline().strip() for _ in range(lines)]
    assert all(seen), worker.stderr and worker.stderr.read()
    time.sleep(0.01)
    worker.kill()
    return seen + worker.stdout.read().split()


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
