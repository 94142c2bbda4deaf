"""The retention sweep over many rows on PostgreSQL, beside the one bare DELETE, and what a page
of the shop has to wait meanwhile.

Named and long: `python -m benchmarks retention`, and not part of a run of all. It makes
5,000,000 old bills and as many that are not old (`UPHELD_BENCH_ROWS` for fewer), sweeps
them with the settings as shipped but for the pause, which is left out of the time, and deletes
the same rows of a copy by hand. A second connection reads and changes single rows all the
while, as a page does, with the sweep and without.
"""

from __future__ import annotations

import os
import statistics
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from benchmarks import servers
from benchmarks.pairing import quick, report

ROWS = int(os.environ.get("UPHELD_BENCH_ROWS", "20000" if quick() else "5000000"))
SHARE = 0.5
"""The sweep must reach half the speed of the bare statement."""
FILL = (
    "INSERT INTO clinic_invoice (id, number, guest_email, content, total, placed)"
    " SELECT i, 'C-' || i, '', 'glasses', 10,"
    " CASE WHEN i %% 2 = 0 THEN %(old)s::date ELSE %(young)s::date END"
    " FROM generate_series(1, %(rows)s) i"
)


class Page(threading.Thread):
    """What a page does to single rows, over and over; `took` are seconds."""

    def __init__(self, server: Any) -> None:
        super().__init__(daemon=True)
        self._connection = servers.connect(server, "default")
        self._ended = threading.Event()
        self.took: list[float] = []

    def run(self) -> None:
        number = 1
        while not self._ended.is_set():
            number = number * 48271 % 2147483647
            key = 2 * (number % ROWS) + 1  # odd ones are young: nobody sweeps them
            began = time.perf_counter()
            self._connection.execute("SELECT content FROM clinic_invoice WHERE id = %s", [key])
            self._connection.execute(
                "UPDATE clinic_invoice SET total = total + 1 WHERE id = %s", [key]
            )
            self.took.append(time.perf_counter() - began)
            time.sleep(0.02)

    def finish(self) -> float:
        """End it; returns the time that 95 of 100 did not pass, in milliseconds."""
        self._ended.set()
        self.join()
        self._connection.close()
        return statistics.quantiles(self.took or [0.0, 0.0], n=20)[-1] * 1e3


def main() -> None:
    server = servers.start()
    servers.create(server, "default", "stock")
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "benchmarks.clinic.settings",
        "UPHELD_BENCH_PG_PORT": str(server.port),
    }
    import django

    django.setup()

    from django.core.management import call_command

    from upheld.disposal.slices import Pace
    from upheld.disposal.sweep import sweep

    today = datetime.now(UTC).date()
    given = {
        "rows": 2 * ROWS, "old": today - timedelta(days=3650), "young": today,
    }  # fmt: skip
    for alias in ("default", "stock"):
        call_command("migrate", database=alias, run_syncdb=True, verbosity=0, skip_checks=True)
        with servers.connect(server, alias) as connection, servers.in_a_hurry(connection):
            connection.execute(FILL, given)
            connection.execute("VACUUM ANALYZE clinic_invoice")
    quiet = Page(server)
    quiet.start()
    time.sleep(1 if quick() else 10)
    before = quiet.finish()

    hand = servers.connect(server, "stock")
    began = time.perf_counter()
    deleted = hand.execute("DELETE FROM clinic_invoice WHERE placed <= %s", [given["old"]]).rowcount
    bare = time.perf_counter() - began

    pace = Pace()
    pauses = pace.pause
    busy = Page(server)
    busy.start()
    began = time.perf_counter()
    done = sweep("default", pace=pace, chores=False)
    took = time.perf_counter() - began
    after = busy.finish()
    swept = sum(done.ended.values())
    assert (swept, deleted, done.overdue) == (ROWS, ROWS, 0), (swept, deleted, done.overdue)
    waited = pauses * (swept / pace.size)
    work = took - waited
    met = "met" if bare / work >= SHARE else "missed"
    report(
        f"retention: {ROWS:,} rows swept, beside one bare DELETE",
        work / bare,
        note=f"{ROWS / work:,.0f} rows a second at work, {bare / work:.2f} of the bare statement,"
        f" {SHARE} asked: {met}; {waited:.0f} s more of pauses",
    )
    report(
        "retention: a page's two statements during the sweep, beside before",
        after / before,
        note=f"95 of 100 within {after:.1f} ms, {before:.1f} before",
    )


if __name__ == "__main__":
    main()
