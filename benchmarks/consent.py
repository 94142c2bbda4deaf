"""Asking what a person allows: remembered between requests, and read from the database.

Beside it a bare look-up by the same key in a dictionary, which no memory of answers can do
without. The note has the absolute time, which has a budget of its own. The answers of 1,000
people are asked in turn, so it is not one line of the processor's cache that is measured.
"""

from __future__ import annotations

import os
import statistics
import tempfile
from itertools import cycle

from benchmarks.pairing import middle, report, turns

MICROSECONDS = 5
PEOPLE = 1_000
CALLS = 5_000


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.clinic.settings"
    import django
    from django.conf import settings

    with tempfile.TemporaryDirectory() as folder:
        settings.UPHELD = settings.UPHELD | {"STATE_DIR": folder}
        django.setup()
        from django.core.management import call_command

        call_command("migrate", run_syncdb=True, verbosity=0, skip_checks=True)
        _compare()


def _compare() -> None:
    from upheld.consent import allowed, remembering
    from upheld.consent.offered import choices
    from upheld.context import Actor, Context, entered
    from upheld.datamap.active import active

    asked = next(iter(choices(active().policy)))
    people = [f"member:{number}" for number in range(PEOPLE)]
    remembered = {(who, asked): False for who in people}
    turn = cycle(people)

    def bare() -> object:
        return remembered[next(turn), asked]

    def ours() -> object:
        return allowed(next(turn), asked)

    def from_rows() -> object:
        remembering._shared.clear()
        return allowed(people[0], asked)

    def kept() -> object:
        return allowed(people[0], asked)

    with entered(Context("own", Actor("member", people[0]), people[0], "bench", "r1")):
        pairs = turns(bare, ours, rounds=25, inner=CALLS)
        took = statistics.median(with_it for _, with_it in pairs) * 1e6
        met = "met" if took <= MICROSECONDS else "missed"
        report(
            "consent: remembered, beside a bare look-up",
            middle(pairs),
            note=f"{took:.2f} microseconds, {MICROSECONDS} allowed: {met}",
        )
        pairs = turns(kept, from_rows, rounds=15, inner=200)
        read = statistics.median(with_it for _, with_it in pairs) * 1e6
        report(
            "consent: read from the database, beside remembered",
            middle(pairs),
            note=f"{read:.0f} microseconds",
        )


if __name__ == "__main__":
    main()
