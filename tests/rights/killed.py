"""Kills an erasure, then an export, at every statement they make, and looks at what is left.

`python -m tests.rights.killed` prints one JSON object; the database is named by
`UPHELD_TEST_DB_NAME`, see `tests.journal.processes_settings`. Each attempt is a fork that
kills itself (-9) before or after its n-th statement; the parent looks with a connection of
its own. A new person is made for every attempt that got through.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django


class Countdown:
    """An execute wrapper that kills this process at the n-th point."""

    def __init__(self, n: int) -> None:
        self._left = n

    def __call__(self, execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        self._point()
        result = execute(sql, params, many, context)
        self._point()
        return result

    def _point(self) -> None:
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def in_fork(work: Callable[[], object], point: int) -> bool:
    """Run `work` in a fork that dies at `point`; True when it got through alive."""
    from django.db import connection, connections

    connections.close_all()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            with connection.execute_wrapper(Countdown(point)):
                work()
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return False
    assert os.WEXITSTATUS(status) == 0, "the work failed by itself"
    return True


def picture(subject: str) -> list[tuple[str, str, list[str]]]:
    """Everything held about a person, as it opens."""
    from upheld import rights

    return [
        (row.model.label, str(row.instance.pk), [value.shown for value in row.values])
        for row in rights.rows(subject)
    ]


def main() -> int:
    django.setup()
    from django.core.management import call_command

    from tests.rights.conftest import furnish, make_person
    from upheld import journal, rights
    from upheld.guard.finishing import finish

    call_command("migrate", run_syncdb=True, verbosity=0)
    person = make_person("Ann")
    furnish(person)
    bystander = make_person("Ben")
    furnish(bystander)
    finish()
    before, others = picture(person.subject), picture(bystander.subject)

    temporary = Path(tempfile.gettempdir())
    files = set(temporary.iterdir())
    exports = 0
    while not in_fork(lambda: rights.export(person.subject).read(), exports + 1):
        exports += 1
        assert picture(person.subject) == before
    left_behind = sorted(path.name for path in set(temporary.iterdir()) - files)

    erasures = 0
    while not in_fork(lambda: rights.erase(person.subject, ground="a test"), erasures + 1):
        erasures += 1
        now = picture(person.subject)
        if now != before:
            # Killed after the commit: then everything is done.
            assert all(label in ("auth.User", "clinic.Invoice") for label, _, _ in now), now
            break
        assert picture(bystander.subject) == others
    journal.sequence()
    report = {
        "exports_killed": exports,
        "erasures_killed": erasures,
        "files_left": [name for name in left_behind if not name.startswith("tmp_")],
        "held": sorted({label for label, _, _ in picture(person.subject)}),
        "bystander_intact": picture(bystander.subject) == others,
        "log_findings": len(journal.verify().findings),
    }
    json.dump(report, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
