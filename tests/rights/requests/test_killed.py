from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection


@pytest.mark.django_db(transaction=True)
def test_a_killed_decision_leaves_the_paper_or_the_decision(tmp_path: Path) -> None:
    """Either nothing happened and the paper is there, or it is decided and the paper is not."""
    database = str(tmp_path / "killed.sqlite3")
    if connection.vendor == "postgresql":
        database = f"killed_requests_{os.getpid()}"
        with connection.creation._nodb_cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {database}")
    connection.close()
    done = subprocess.run(
        [sys.executable, "-m", "tests.rights.requests.killed"],
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
    assert report["log_findings"] == 0
    for name, after in (("verify", "in_progress document"), ("deny", "denied")):
        killed, seen, _ = report["ends"][name]
        assert killed > 10, name
        assert seen == sorted(
            [["in_progress", "quarantined", True, 3], [after, "destroyed", False, 4]]
        ), name
