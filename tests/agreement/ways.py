"""Ways to the stored rows, each a line of defence that must keep to the meaning.

A line below Django implements `Way` in a file of its own: it prepares itself for a batch's
policy once in `under`, and answers the batch's cases.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Protocol

from django.db import transaction

from tests.agreement.case import REFUSED, Case, RefusedError
from tests.agreement.generate import Batch
from tests.agreement.shapes import ALL
from upheld.context import entered
from upheld.datamap.active import pinned
from upheld.errors import PurposeError, SealedUse
from upheld.guard.record import uncounted
from upheld.journal import fresh_buffer


class Way(Protocol):
    """One line of defence, or several together."""

    name: str

    @contextmanager
    def under(self, batch: Batch) -> Iterator[None]:
        """Make the batch's policy govern the block."""
        ...

    def answer(self, case: Case) -> Any:
        """Return plain data, `REFUSED`, or None with `answers` False."""
        ...

    def answers(self, case: Case) -> bool:
        """Tell whether this way can be asked the case at all."""
        ...

    def agrees(self, case: Case, got: Any, expected: Any) -> bool:
        """Tell whether `got` keeps to the meaning, which is `expected`."""
        ...


class FirstLine:
    """Django's ORM behind the guard: must answer exactly what the meaning says."""

    name = "first"

    @contextmanager
    def under(self, batch: Batch) -> Iterator[None]:
        with pinned(batch.now), fresh_buffer(), uncounted():
            yield

    def answers(self, case: Case) -> bool:
        return True

    def answer(self, case: Case) -> Any:
        shape = ALL[case.question.shape]
        with ExitStack() as around:
            if shape.writes:
                around.enter_context(rolled_back())
            around.enter_context(entered(case.context))
            try:
                return shape.ask(case)
            except (SealedUse, PurposeError):
                return REFUSED

    def agrees(self, case: Case, got: Any, expected: Any) -> bool:
        return bool(got == expected)


def expected(case: Case) -> Any:
    """What the meaning says the answer is."""
    try:
        return ALL[case.question.shape].expect(case)
    except RefusedError:
        return REFUSED


def at_most(got: Any, wanted: Any) -> bool:
    """For a line that may be stricter than the meaning: nothing is shown that it hides.

    Lists of rows: every row is among the wanted ones. Everything else: equal, or refused.
    """
    if got is REFUSED or got == wanted:
        return True
    if isinstance(got, list) and isinstance(wanted, list):
        return all(row in wanted for row in got)
    return False


@contextmanager
def rolled_back() -> Iterator[None]:
    """Undo whatever the block changes."""
    with transaction.atomic():
        try:
            yield
        finally:
            transaction.set_rollback(True)
