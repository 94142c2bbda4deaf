"""The retention sweep over many rows on PostgreSQL, beside the one bare DELETE, and what a page
of the shop has to wait meanwhile.

Named and long: `make bench-retention`, and not part of a run of all. It makes 5,000,000 old bills
and one for nine of them that is not old (`UPHELD_BENCH_ROWS` for fewer), sweeps them with the
settings as shipped but for the pause, which is left out of the time, and deletes the same rows
of a copy by hand. All the while, with the sweep and without, a second connection reads and
changes single rows of the same table, and the shop, on the same server, serves its pages.
"""

from __future__ import annotations

import itertools
import os
import statistics
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks import servers
from benchmarks.pairing import quick, report
from benchmarks.shop.running import PRIVACY, Worker, postgresql

ROWS = int(os.environ.get("UPHELD_BENCH_ROWS", "20000" if quick() else "5000000"))
SHARE = 0.5
"""The sweep must reach half the speed of the bare statement."""
FILL = (
    "INSERT INTO clinic_invoice (id, number, guest_email, content, total, placed)"
    " SELECT i, 'C-' || i, '', 'glasses', 10,"
    " CASE WHEN i %% 10 = 0 THEN %(young)s::date ELSE %(old)s::date END"
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
            key = 10 * (number % (ROWS // 9) + 1)  # each tenth is young: nobody sweeps it
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


class Shop(threading.Thread):
    """A visitor who opens the pages of the shop one after the other."""

    def __init__(self, worker: Worker, pages: list[str]) -> None:
        super().__init__(daemon=True)
        self._worker, self._pages = worker, pages
        self._ended = threading.Event()
        self.took: list[float] = []

    def run(self) -> None:
        for page in itertools.cycle(self._pages):
            if self._ended.is_set():
                return
            self.took.append(self._worker.open(page)["wall"])

    def finish(self) -> float:
        """End it; returns the time that 95 of 100 pages did not pass, in milliseconds."""
        self._ended.set()
        self.join()
        return statistics.quantiles(self.took or [0.0, 0.0], n=20)[-1] * 1e3


def _shop(server: Any) -> Worker:
    """The shop as it ships, with its own database on the same server."""
    servers.create(server, "shop")
    folder = Path(tempfile.mkdtemp(prefix="upheld-bench-"))
    place = postgresql(folder, server.port, "shop")
    return Worker(place, guard=True, people=2 if quick() else 60, privacy=PRIVACY)


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
    given = {"rows": ROWS // 9 * 10, "old": today - timedelta(days=3650), "young": today}
    due = ROWS // 9 * 9
    for alias in ("default", "stock"):
        call_command("migrate", database=alias, run_syncdb=True, verbosity=0, skip_checks=True)
        with servers.connect(server, alias) as connection, servers.in_a_hurry(connection):
            connection.execute(FILL, given)
            connection.execute("VACUUM ANALYZE clinic_invoice")
    shop = _shop(server)
    pages = [*shop.wait()]
    quiet, calm = Page(server), Shop(shop, pages)
    quiet.start()
    calm.start()
    time.sleep(2 if quick() else 20)
    before, served = quiet.finish(), calm.finish()

    hand = servers.connect(server, "stock")
    began = time.perf_counter()
    deleted = hand.execute("DELETE FROM clinic_invoice WHERE placed <= %s", [given["old"]]).rowcount
    bare = time.perf_counter() - began

    pace = Pace()
    busy, stressed = Page(server), Shop(shop, pages)
    busy.start()
    stressed.start()
    slices: list[str] = []  # each that ended something is followed by a pause
    began = time.perf_counter()
    done = sweep(
        "default", pace=pace, chores=False, progress=lambda rule, rows: slices.append(rule)
    )
    took = time.perf_counter() - began
    after, strained = busy.finish(), stressed.finish()
    shop.stop()
    swept = sum(done.ended.values())
    assert (swept, deleted, done.overdue) == (due, due, 0), (swept, deleted, done.overdue)
    waited = pace.pause * len(slices)
    work = took - waited
    met = "met" if bare / work >= SHARE else "missed"
    report(
        f"retention: {due:,} rows swept, beside one bare DELETE",
        work / bare,
        note=f"{due / work:,.0f} rows a second at work, {bare / work:.2f} of the bare statement,"
        f" {SHARE} asked: {met}; {len(slices)} slices and {waited:.0f} s of pauses",
    )
    report(
        "retention: a page's two statements during the sweep, beside before",
        after / before,
        note=f"95 of 100 within {after:.1f} ms, {before:.1f} before",
    )
    report(
        "retention: pages of the shop on the same server during the sweep, beside before",
        strained / served,
        note=f"95 of 100 within {strained:.0f} ms, {served:.0f} before",
    )


if __name__ == "__main__":
    main()
