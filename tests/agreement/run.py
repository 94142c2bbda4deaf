"""Ask batch after batch and collect where a way and the meaning differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.agreement.case import Case
from tests.agreement.generate import Batch
from tests.agreement.ways import Way, expected, rolled_back


@dataclass(frozen=True)
class Difference:
    """One case that a way answered otherwise than the meaning."""

    seed: int
    batch: int
    way: str
    case: Case
    got: Any
    expected: Any


def ask(way: Way, batch: Batch) -> Iterator[tuple[Case, Any, Any]]:
    """Yield the cases that the way can be asked, with its answer and the meaning's.

    Run it inside a transaction: what a case changes is rolled back.
    """
    with way.under(batch):
        for case in batch.cases:
            if not way.answers(case):
                continue
            try:
                got = way.answer(case)
            except Exception as error:  # a crash is a difference too
                got = f"{type(error).__name__}: {error}"
            yield case, got, expected(case)


def differences(way: Way, batches: Iterable[Batch]) -> Iterator[Difference | None]:
    """Yield one item a case: its difference, or None where both agree."""
    for batch in batches:
        with rolled_back():
            for case, got, wanted in ask(way, batch):
                if way.agrees(case, got, wanted):
                    yield None
                else:
                    yield Difference(batch.seed, batch.number, way.name, case, got, wanted)
