"""Refusals of the request at hand, kept until it ends and then counted in the database.

Counting is off the query's path: a dictionary entry now, one upsert a kind at the end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from upheld import journal
from upheld.context import Context
from upheld.guard.callers import asking_code
from upheld.policy.semantics import Action


@dataclass(frozen=True, slots=True)
class Refusal:
    """What was refused, or would be under enforce. `target` is a column, a model or a
    statement's fingerprint; `reason` a stable code of the semantics or of the guard; `code`
    the line or template that asked."""

    place: str
    purpose: str
    actor: str
    posts: str
    code: str
    target: str
    action: Action
    reason: str
    enforced: bool


_pending: ContextVar[Counter[Refusal] | None] = ContextVar("upheld_refusals", default=None)


def record(context: Context, target: str, action: Action, reason: str, *, enforced: bool) -> None:
    """Remember one refusal until `take`, and note it in the journal."""
    pending = _pending.get()
    if pending is None:
        pending = Counter()
        _pending.set(pending)
    refusal = Refusal(
        context.place,
        context.purpose or "",
        context.actor.kind,
        ",".join(sorted(context.actor.posts)),
        asking_code(),
        target,
        action,
        reason,
        enforced,
    )
    pending[refusal] += 1
    if enforced:
        journal.note(
            journal.Event(
                "refusal",
                context.purpose or "",
                context.actor,
                context.place,
                context.request,
                target,
                decision=reason,
            )
        )


def take() -> Counter[Refusal]:
    """Return the refusals recorded since the last call, and forget them."""
    pending = _pending.get()
    _pending.set(None)
    return Counter() if pending is None else pending


@contextmanager
def uncounted() -> Iterator[None]:
    """Leave the refusals of the block out of the counts: a probe asks for them on purpose."""
    token = _pending.set(None)
    try:
        yield
    finally:
        _pending.reset(token)
