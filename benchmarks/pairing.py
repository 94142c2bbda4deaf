"""Compare two ways of doing one thing, turn by turn, so that noise falls on both alike."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable

Work = Callable[[], object]


def ratio(base: Work, other: Work, *, rounds: int = 15, inner: int = 1) -> float:
    """Return the median over `rounds` of (time of `other`) / (time of `base`).

    Each round runs both, `inner` times each, in alternating order; the first is dropped.
    """
    found: list[float] = []
    for number in range(rounds + 1):
        pair = (base, other) if number % 2 else (other, base)
        spent: dict[Work, float] = {}
        for work in pair:
            began = time.perf_counter()
            for _ in range(inner):
                work()
            spent[work] = time.perf_counter() - began
        if number:
            found.append(spent[other] / spent[base])
    return statistics.median(found)


def report(name: str, value: float, *, budget: float | None = None, note: str = "") -> None:
    """Print one line of JSON."""
    line: dict[str, object] = {"name": name, "ratio": round(value, 3)}
    if budget is not None:
        line |= {"budget": budget, "met": value <= budget}
    if note:
        line["note"] = note
    print(json.dumps(line), flush=True)
