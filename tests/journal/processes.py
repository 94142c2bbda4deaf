"""Worker processes for tests of what happens when many write at once."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from django.db import connection


class Workers:
    """Runs `python -m module ...` against one database that all of them share: that of the
    test on PostgreSQL, a file of its own on SQLite, which `prepare` fills with tables."""

    def __init__(self, module: str, folder: Path) -> None:
        self.module = module
        database = str(connection.settings_dict["NAME"])
        if connection.vendor == "sqlite":
            database = str(folder / "workers.sqlite3")
        self.env = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.journal.processes_settings",
            "UPHELD_TEST_DB_NAME": database,
        }
        self.running: list[subprocess.Popen[str]] = []
        if connection.vendor == "sqlite":
            self.run("prepare")

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        worker = subprocess.Popen(
            [sys.executable, "-m", self.module, *arguments],
            env=self.env,
            stdin=subprocess.PIPE,
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
            for stream in (worker.stdin, worker.stdout, worker.stderr):
                assert stream is not None
                stream.close()


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
