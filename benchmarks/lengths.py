"""Many erasures in a row, and one person with very much: `python -m benchmarks lengths`.

Named and long, not part of a run of all. 1,000 people (`UPHELD_BENCH_PEOPLE`) are erased one
after the other, each in a transaction of its own: the last hundred must take no longer than
the first. Then one person gets 100,000 rows (`UPHELD_BENCH_ROWS`), is copied and erased; the
memory that the process takes beyond what it had is measured, and the progress that is told.
"""

from __future__ import annotations

import os
import resource
import statistics
import sys
import time
from typing import Any

from benchmarks import servers
from benchmarks.pairing import quick, report

PEOPLE = int(os.environ.get("UPHELD_BENCH_PEOPLE", "20" if quick() else "1000"))
ROWS = int(os.environ.get("UPHELD_BENCH_ROWS", "500" if quick() else "100000"))
MEBIBYTES = 64
"""What a copy or an erasure of whoever has very much may take beside what is there."""
WIDE = 40
"""Signs of the progress bar."""


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

    from benchmarks.clinic import crowd
    from upheld import rights

    call_command("migrate", run_syncdb=True, verbosity=0, skip_checks=True)
    with servers.connect(server, "default") as connection, servers.in_a_hurry(connection):
        people = crowd.invite("default", PEOPLE + 1, first=1)
        _fill(connection, people[0])
    _in_a_row(rights, people[1:])
    _very_much(rights, f"member:{people[0]}")


def _fill(connection: Any, person: int) -> None:
    """Give somebody bills without end; what they say is unsealed, so nobody need seal it."""
    connection.execute(
        "INSERT INTO clinic_invoice (number, guest_email, content, total, placed, user_id)"
        " SELECT 'L-' || i, '', 'glasses', 10, CURRENT_DATE, %s FROM generate_series(1, %s) i",
        [person, ROWS],
    )
    connection.execute("VACUUM ANALYZE clinic_invoice")


def _in_a_row(rights: Any, people: list[int]) -> None:
    took = []
    for number, person in enumerate(people, start=1):
        began = time.perf_counter()
        rights.erase(f"member:{person}", ground="a benchmark")
        took.append(time.perf_counter() - began)
        _bar("erasures", number, len(people))
    tenth = max(1, len(took) // 10)
    first, last = (statistics.median(part) for part in (took[:tenth], took[-tenth:]))
    report(
        f"lengths: {len(took):,} erasures in a row, the last tenth beside the first",
        last / first,
        note=f"{statistics.median(took) * 1e3:.0f} ms each,"
        f" 99 of 100 within {statistics.quantiles(took, n=100)[-1] * 1e3:.0f} ms",
    )


def _very_much(rights: Any, subject: str) -> None:
    before, began = _most(), time.perf_counter()
    with rights.export(subject) as copy:
        size = copy.seek(0, os.SEEK_END)
    took, more = time.perf_counter() - began, _most() - before
    report(
        f"lengths: a copy of {ROWS:,} rows, memory beside {MEBIBYTES} MiB",
        more / MEBIBYTES,
        budget=1,
        note=f"{took:.1f} s, {more:.0f} MiB more at most, {size / 2**20:.1f} MiB of ZIP",
    )
    before, began = _most(), time.perf_counter()
    told: list[int] = []

    def progress(done: int, of: int) -> None:
        told.append(done)
        _bar("rows", done, of)

    rights.erase(subject, ground="a benchmark", progress=progress)
    took, more = time.perf_counter() - began, _most() - before
    report(
        f"lengths: an erasure of {ROWS:,} rows, memory beside {MEBIBYTES} MiB",
        more / MEBIBYTES,
        budget=1,
        note=f"{took:.1f} s, {more:.0f} MiB more at most; its progress was told {len(told)} times",
    )


def _most() -> float:
    """The most memory that this process ever took, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _bar(what: str, done: int, of: int) -> None:
    if sys.stderr.isatty():
        filled = WIDE * done // max(of, 1)
        end = "\n" if done == of else ""
        bar = "=" * filled
        print(f"\r[{bar:<{WIDE}}] {done:,} of {of:,} {what}", end=end, file=sys.stderr)


if __name__ == "__main__":
    main()
