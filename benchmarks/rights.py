"""A full copy and a full erasure of a person with 40 rows in 8 tables, on PostgreSQL.

Two comparisons: the engine in a shop of 1,000,000 people beside one of 10,000, and the
engine beside the SQL that somebody who knows all the tables would write. The people
measured are made by the guarded ORM and sealed as the policy says; see `clinic.crowd` for
the others. The engine's time holds what the hand leaves out: values opened, rows planned and
searched again after the erasure, keys destroyed, the receipt and the evidence.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable

from benchmarks import servers
from benchmarks.pairing import Pair, middle, quick, report, turns

SIZES = {"default": 10_000, "stock": int(os.environ.get("UPHELD_BENCH_CROWD", "1000000"))}
"""Database alias -> people. Both are guarded here. `UPHELD_BENCH_CROWD` makes a smaller crowd
for a look on the way; what it says of the size of a shop then means less."""
AGAINST_SIZE = 1.2
MILLISECONDS = 50
A_SECOND = 200
"""People that a bulk erasure must erase in a second."""
TURNS, BULK, CALLS = 15, 100, 5


def main() -> None:
    server = servers.start()
    servers.create(server, *SIZES)
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "benchmarks.clinic.settings",
        "UPHELD_BENCH_PG_PORT": str(server.port),
        "UPHELD_BENCH_GUARD_BOTH": "1",
    }
    import django

    django.setup()

    from django.contrib.contenttypes.models import ContentType
    from django.core.management import call_command

    from benchmarks.clinic import byhand, crowd
    from tests.project.clinic.models import Topic
    from upheld import rights
    from upheld.context import purpose

    people = {"default": TURNS + 20, "stock": TURNS * 4 + BULK * 4 * 2 + CALLS + 40}
    invited: dict[str, list[int]] = {}
    for alias, size in SIZES.items():
        call_command("migrate", database=alias, run_syncdb=True, verbosity=0, skip_checks=True)
        with purpose("upkeep"):
            about = ContentType.objects.db_manager(alias).get_for_model(Topic).pk
        with servers.connect(server, alias) as connection, servers.in_a_hurry(connection):
            crowd.fill(connection, size // 100 if quick() else size, about)
        invited[alias] = crowd.invite(alias, 60 if quick() else people[alias], first=1)

    hand = servers.connect(server, "stock")
    known = {alias: invited[alias][0] for alias in SIZES}

    def take(alias: str) -> int:
        return invited[alias].pop()

    def export(alias: str) -> Callable[[], object]:
        return lambda: rights.export(f"member:{known[alias]}", alias).close()

    def erase(alias: str) -> Callable[[], object]:
        return lambda: rights.erase(f"member:{take(alias)}", ground="a benchmark", using=alias)

    compare(
        "full copy", export("default"), export("stock"), lambda: byhand.export(hand, known["stock"])
    )
    compare(
        "full erasure", erase("default"), erase("stock"), lambda: byhand.erase(hand, take("stock"))
    )
    bulk(
        lambda: byhand.erase(hand, take("stock")),
        lambda count: [
            outcome.receipt
            for outcome in rights.erase_many(
                [f"member:{take('stock')}" for _ in range(count)],
                ground="a benchmark",
                using="stock",
            )
        ],
    )


def compare(
    what: str,
    small: Callable[[], object],
    large: Callable[[], object],
    by_hand: Callable[[], object],
) -> None:
    """Print both comparisons of one operation."""
    pairs = turns(small, large, rounds=TURNS)
    report(
        f"rights: {what}, among {SIZES['stock']:,} beside 10,000",
        middle(pairs),
        budget=AGAINST_SIZE,
    )
    pairs = turns(by_hand, large, rounds=TURNS)
    took = statistics.median(with_it for _, with_it in pairs) * 1e3
    met = "met" if took <= MILLISECONDS else "missed"
    began = time.process_time()
    for _ in range(CALLS):
        large()
    processor = (time.process_time() - began) / CALLS * 1e3
    report(
        f"rights: {what}, beside SQL written by hand",
        middle(pairs),
        note=f"{took:.0f} ms for 40 rows in 8 tables, {MILLISECONDS} allowed: {met};"
        f" {processor:.0f} ms of them processor time of the engine",
    )


def bulk(by_hand: Callable[[], object], engine: Callable[[int], list[object]]) -> None:
    """Print what erasing many people takes, in one call of the engine."""
    count, rounds = (2, 1) if quick() else (BULK, 3)

    def hand() -> object:
        return [by_hand() for _ in range(count)]

    def many() -> object:
        receipts = engine(count)
        assert None not in receipts, "somebody was not erased"
        return receipts

    pairs: list[Pair] = turns(hand, many, rounds=rounds)
    took = statistics.median(with_it for _, with_it in pairs)
    met = "met" if count / took >= A_SECOND else "missed"
    report(
        "rights: bulk erasure, beside SQL written by hand",
        middle(pairs),
        note=f"{count / took:.0f} people a second, {A_SECOND} asked: {met}",
    )


if __name__ == "__main__":
    main()
