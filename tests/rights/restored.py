"""Backs a real database up, erases and withdraws, restores it, and replays.

`python -m tests.rights.restored FOLDER` prints one JSON object; the database is named by
`UPHELD_TEST_DB_NAME`, see `tests.journal.processes_settings`. PostgreSQL is dumped by
`pg_dump` and restored by `pg_restore`, SQLite is copied. With `kill` as the second argument
the replay is killed first, at every ninth point before or after a statement; at every one
with `UPHELD_KILL_STEP=1`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import django

BIN = Path("/usr/lib/postgresql/15/bin")


def main(folder: Path, *, kill: bool) -> int:
    django.setup()
    from django.core.management import call_command

    from tests.rights.conftest import furnish, make_person
    from tests.rights.killed import in_fork, picture
    from upheld import consent, rights
    from upheld.context import purpose
    from upheld.guard.finishing import finish

    call_command("migrate", run_syncdb=True, verbosity=0)
    people = {name: make_person(name) for name in ("Ann", "Ben", "Cat")}
    for person in people.values():
        furnish(person)
        with purpose("own", subject=person.subject):
            _answer(consent, person.subject, True)
    finish()
    restore = _backup(folder)
    receipt = rights.erase(people["Ann"].subject, ground="asked in a test").person
    with purpose("own", subject=people["Ben"].subject):
        _answer(consent, people["Ben"].subject, False)
    finish()
    restore()
    back = {label for label, _, _ in picture(people["Ann"].subject)}
    agreed = consent.allowed(people["Ben"].subject, "weekly_bundle_mail")
    bystander = picture(people["Cat"].subject)
    points = 0
    if kill:
        step = int(os.environ.get("UPHELD_KILL_STEP", "9"))
        while not in_fork(rights.replay, points + step):
            points += step
    first = _replay(call_command)
    again = _replay(call_command)
    report = {
        "points": points,
        "back_after_restore": len(back) > 2 and agreed,
        "first": first,
        "again": again,
        "held": sorted({label for label, _, _ in picture(people["Ann"].subject)}),
        "receipt_again": rights.models.ErasureReceipt.objects.filter(person=receipt).count(),
        "agrees": {
            name: consent.allowed(people[name].subject, "weekly_bundle_mail") for name in people
        },
        "suppressed": consent.suppressed_since("ann@post.example") is not None,
        "bystander_intact": picture(people["Cat"].subject) == bystander,
    }
    json.dump(report, sys.stdout)
    return 0


def _replay(call_command: Callable[..., Any]) -> dict[str, Any]:
    out = StringIO()
    call_command("upheld", "replay", "--json", stdout=out)
    found: dict[str, Any] = json.loads(out.getvalue())
    return {**found, "erased": len(found["erased"])}


def _answer(consent: Any, subject: str, granted: bool) -> None:
    consent.record(
        subject,
        "weekly_bundle_mail",
        granted,
        wording="Weekly mail",
        version="2026-11-22",
        place="test",
        method="test",
    )


def _backup(folder: Path) -> Callable[[], None]:
    """Copy the database as it is; returns what puts the copy back in its place."""
    from django.db import connection, connections

    from upheld.journal.pseudonyms import forget_remembered
    from upheld.keyring import lifecycle

    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        connections.close_all()
        copy = folder / "backup.sqlite3"
        shutil.copy(name, copy)

        def put_back() -> None:
            for suffix in ("-wal", "-shm"):
                Path(name + suffix).unlink(missing_ok=True)
            shutil.copy(copy, name)
    else:
        dump = folder / "backup.dump"
        place = [
            "-h", "127.0.0.1", "-p", str(connection.settings_dict["PORT"]),
            "-U", str(connection.settings_dict["USER"]),
        ]  # fmt: skip
        _run("pg_dump", *place, "-Fc", "-f", str(dump), name)

        def put_back() -> None:
            _run("dropdb", *place, name)
            _run("createdb", *place, name)
            _run("pg_restore", *place, "-d", name, str(dump))

    def restore() -> None:
        connections.close_all()
        put_back()
        lifecycle.forget()
        forget_remembered()

    return restore


def _run(tool: str, *arguments: str) -> None:
    subprocess.run([str(BIN / tool), *arguments], check=True, capture_output=True)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), kill="kill" in sys.argv[2:]))
