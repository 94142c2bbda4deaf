"""Kills a sweep at every point before and after a statement, and looks at what is left.

`python -m tests.disposal.killed` prints one JSON object; the database is named by
`UPHELD_TEST_DB_NAME`, see `tests.journal.processes_settings`. Each attempt is a fork that
kills itself (-9); the parent looks with a connection of its own. What is due is ended by the
attempts together, each going on where the last one was killed.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import date

import django


def main() -> int:
    django.setup()
    from django.core.management import call_command

    from tests.disposal.conftest import DISPUTE, bill, days_ago, governed, keeps, numbers
    from tests.rights.killed import in_fork
    from upheld import journal
    from upheld.disposal.housekeeping import CHORES
    from upheld.disposal.models import SweepRun
    from upheld.disposal.slices import Pace
    from upheld.disposal.sweep import sweep
    from upheld.evidence.leaf import decode
    from upheld.journal.models import Leaf

    # The signing key lies in the memory of each process here: a fork's is not the parent's.
    CHORES.pop("checkpoint")
    call_command("migrate", run_syncdb=True, verbosity=0)
    sending = keeps(
        "sending", ("order.content", "order.reference", "contact.email"), "order.placed", "30 days"
    )
    for number in range(12):
        bill(f"old-{number:02}", days_ago(40))
    bill("young", days_ago(3))
    step = int(os.environ.get("UPHELD_KILL_STEP", "3"))
    with governed(sending, events={"clinic.Invoice": {"order.placed": "placed"}}, holds=(DISPUTE,)):
        killed, halves = 0, 0
        point = 1
        while not in_fork(lambda: sweep(today=date(2026, 11, 22), pace=Pace(2, 0.0, 5.0)), point):
            killed += 1
            point += step
            halves += len(numbers()) % 2 == 0  # two rows a slice and one that stays: never even
            assert "young" in numbers()
        sweep(today=date(2026, 11, 22), pace=Pace(2, 0.0, 5.0))
    journal.sequence()
    logged = sum(
        decode(leaf.text).rows
        for leaf in Leaf.objects.filter(kind="erasure")
        if decode(leaf.text).decision == "retention: delete"
    )
    json.dump(
        {
            "killed": killed,
            "half_slices": halves,
            "left": numbers(),
            "logged": logged,
            "unfinished_runs": SweepRun.objects.filter(finished_at__isnull=True).count(),
            "log_findings": len(journal.verify().findings),
        },
        sys.stdout,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
