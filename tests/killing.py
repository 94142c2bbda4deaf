"""Runs a module that kills its own processes, on a database of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.db import connection


def report_of(module: str, folder: Path) -> dict[str, Any]:
    """Run `python -m module` and return the JSON that it prints; its errors fail the test.

    The database is a file in `folder`, or on PostgreSQL one of the module's name. Needs
    `django_db(transaction=True)`, since the connection is closed first.
    """
    database = str(folder / "killed.sqlite3")
    if connection.vendor == "postgresql":
        database = f"{module.replace('.', '_')}_{os.getpid()}"
        with connection.creation._nodb_cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {database}")
    connection.close()
    done = subprocess.run(
        [sys.executable, "-m", module],
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
    report: dict[str, Any] = json.loads(done.stdout)
    return report
