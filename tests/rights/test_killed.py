from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection


@pytest.mark.django_db(transaction=True)
def test_a_killed_erasure_or_export_changes_nothing_by_half(tmp_path: Path) -> None:
    # A database of its own: the keys of this process are not those of the one that is killed.
    database = str(tmp_path / "killed.sqlite3")
    if connection.vendor == "postgresql":
        database = f"killed_{os.getpid()}"
        with connection.creation._nodb_cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {database}")
    connection.close()
    done = subprocess.run(
        [sys.executable, "-m", "tests.rights.killed"],
        env=os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "tests.journal.processes_settings",
            "UPHELD_TEST_DB_NAME": database,
            "TMPDIR": str(tmp_path),
        },
        capture_output=True,
        text=True,
        timeout=400,
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report.pop("exports_killed") > 10
    assert report.pop("erasures_killed") > 40
    assert report == {
        "files_left": [],
        "held": ["auth.User", "clinic.Invoice"],
        "bystander_intact": True,
        "log_findings": 0,
    }
