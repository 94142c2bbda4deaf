from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection


@pytest.mark.django_db(transaction=True)
def test_a_killed_sweep_is_gone_on_with_and_logged_to_the_row(tmp_path: Path) -> None:
    database = str(tmp_path / "killed.sqlite3")
    if connection.vendor == "postgresql":
        database = f"killed_sweep_{os.getpid()}"
        with connection.creation._nodb_cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {database}")
    connection.close()
    done = subprocess.run(
        [sys.executable, "-m", "tests.disposal.killed"],
        env=os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "tests.journal.processes_settings",
            "UPHELD_TEST_DB_NAME": database,
        },
        capture_output=True,
        text=True,
        timeout=400,
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report.pop("killed") > 10
    assert report == {
        "half_slices": 0,
        "left": ["young"],
        "logged": 12,
        "unfinished_runs": 0,
        "log_findings": 0,
    }
