"""What stands in the way of an erasure for now: an order being packed, a refund on its way.

A site registers a question for each; the answer is a reason in words for the person, saying
what they can do, or None. A block is for days, not for years: what must be kept longer is a
hold of the policy.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db import DEFAULT_DB_ALIAS

from upheld.errors import RightsError
from upheld.rights.holdings import engine_reads

Question = Callable[[str, str], str | None]
"""(subject, database) -> the reason, or None."""
_questions: list[Question] = []


class ErasureBlocked(RightsError):
    """The erasure must wait; nothing was changed. `reasons` are words for the person."""

    code = "rights.erasure_blocked"


def blocks_erasure(question: Question) -> Question:
    """Register a question. Usable as a decorator, in `AppConfig.ready` or beside it."""
    if question not in _questions:
        _questions.append(question)
    return question


def blocks(subject: str, using: str = DEFAULT_DB_ALIAS) -> tuple[str, ...]:
    """Return the reasons why `subject` cannot be erased now; empty = nothing in the way."""
    with engine_reads(subject):
        answers = [question(subject, using) for question in _questions]
    return tuple(answer for answer in answers if answer)


def check_blocks(subject: str, using: str) -> None:
    """Raise `ErasureBlocked` when something stands in the way."""
    reasons = blocks(subject, using)
    if reasons:
        raise ErasureBlocked("; ".join(reasons), reasons=reasons)
