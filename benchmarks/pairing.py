"""Compare two ways of doing one thing, turn by turn, so that noise falls on both alike."""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence

Work = Callable[[], object]
Pair = tuple[float, float]
"""Times of one turn: without, with."""


def quick() -> bool:
    """Tell whether the run only shows that the benchmark works; its ratios mean nothing."""
    return "--quick" in sys.argv


def ratio(base: Work, other: Work, *, rounds: int = 15, inner: int = 1) -> float:
    """Return the median over `rounds` of (time of `other`) / (time of `base`).

    Each round runs both, `inner` times each, in alternating order; the first is dropped.
    """
    return middle(turns(base, other, rounds=rounds, inner=inner))


def turns(base: Work, other: Work, *, rounds: int = 15, inner: int = 1) -> list[Pair]:
    """Return the times of each round in seconds for one call of `base`, one of `other`."""
    if quick():
        rounds, inner = 2, min(inner, 10)
    found: list[Pair] = []
    for number in range(rounds + 1):
        pair = (base, other) if number % 2 else (other, base)
        spent: dict[Work, float] = {}
        for work in pair:
            began = time.perf_counter()
            for _ in range(inner):
                work()
            spent[work] = (time.perf_counter() - began) / inner
        if number:
            found.append((spent[base], spent[other]))
    return found


def middle(pairs: Sequence[Pair]) -> float:
    """Return the median of the ratios."""
    return statistics.median(other / base for base, other in pairs)


def report(name: str, value: float, *, budget: float | None = None, note: str = "") -> None:
    """Print one line of JSON."""
    line: dict[str, object] = {"name": name, "ratio": round(value, 3)}
    if budget is not None:
        line |= {"budget": budget, "met": value <= budget}
    if note:
        line["note"] = note
    print(json.dumps(line), flush=True)
