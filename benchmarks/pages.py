"""The shop's pages with the guard, beside the same shop on Django's stock backends.

Three workers a database, each with sample data from the same seed: without the guard, with
it but nothing sealed, and as the shop runs. Each turn opens the page once in each worker,
one after the other, in changing order. The time is what the visitor waits for: the whole of
the WSGI call with the evidence written before the answer leaves.
"""

from __future__ import annotations

import random
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks import servers
from benchmarks.pairing import Pair, middle, quick, report
from benchmarks.shop.running import PRIVACY, Place, Worker, postgresql, sqlite, unsealed_policy

BUDGETS = {"unsealed": (1.03, 1.06), "sealed": (1.15, 1.15)}
"""For the median of the pages, and for each page."""
WARM_UP, TURNS = 5, 60


def measure(database: str, place: Callable[[str], Place], unsealed: Path) -> None:
    people = 2 if quick() else 60
    workers = {
        "off": Worker(place("off"), guard=False, people=people),
        "unsealed": Worker(place("unsealed"), guard=True, people=people, privacy=unsealed),
        "sealed": Worker(place("sealed"), guard=True, people=people, privacy=PRIVACY),
    }
    try:
        ready = [worker.wait() for worker in workers.values()]
        names = list(ready[0])
        walls, cpus = _open_in_turns(workers, names)
    finally:
        for worker in workers.values():
            worker.stop()
    for variant, (whole, each) in BUDGETS.items():
        ratios = {page: middle(walls[variant, page]) for page in names}
        for page, value in ratios.items():
            without, with_it = (
                statistics.median(side) * 1e3 for side in zip(*walls[variant, page], strict=True)
            )
            note = (
                f"{without:.1f} ms without, {with_it:.1f} with; "
                f"processor time of the worker {middle(cpus[variant, page]):.3f}"
            )
            report(f"pages: {database}, {variant}: {page}", value, budget=each, note=note)
        report(
            f"pages: {database}, {variant}: median of the pages",
            statistics.median(ratios.values()),
            budget=whole,
        )


Times = dict[tuple[str, str], list[Pair]]


def _open_in_turns(workers: dict[str, Worker], names: list[str]) -> tuple[Times, Times]:
    walls: Times = {(v, page): [] for v in BUDGETS for page in names}
    cpus: Times = {(v, page): [] for v in BUDGETS for page in names}
    warm_up, turns = (1, 2) if quick() else (WARM_UP, TURNS)
    order = random.Random(1)
    for turn in range(warm_up + turns):
        for page in names:
            took: dict[str, dict[str, float]] = {}
            for name in order.sample(list(workers), len(workers)):
                took[name] = workers[name].open(page)
            if turn < warm_up:
                continue
            for variant in BUDGETS:
                walls[variant, page].append((took["off"]["wall"], took[variant]["wall"]))
                cpus[variant, page].append((took["off"]["cpu"], took[variant]["cpu"]))
    return walls, cpus


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="upheld-bench-") as made:
        folder = Path(made)
        unsealed = unsealed_policy(folder)
        measure("SQLite", lambda name: sqlite(folder / "sqlite" / name), unsealed)
        if quick():
            return
        server = servers.start()
        servers.create(server, "off", "unsealed", "sealed")
        measure(
            "PostgreSQL",
            lambda name: postgresql(folder / "postgresql" / name, server.port, name),
            unsealed,
        )


if __name__ == "__main__":
    main()
