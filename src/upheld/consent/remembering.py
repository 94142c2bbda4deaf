"""A person's answers, read once and remembered as long as they are sure to be the last.

With a `STATE_DIR` they are remembered between requests, until a worker of the machine changes
one (`upheld.consent.generations`). Without it, which is right for several machines, the rows
are read once a request. Nothing read inside a transaction outlives the request: it may be a
change of one's own that is taken back, or an old snapshot.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime

from django.core.signals import setting_changed
from django.db import DEFAULT_DB_ALIAS, connections, transaction

from upheld.consent.generations import Generations, generations, slot_of
from upheld.consent.models import ConsentState, TopicState
from upheld.context import current

MOST = 50_000
"""People remembered by a process; beyond it begins anew."""


@dataclass(frozen=True, slots=True)
class Held:
    """The row about one purpose. `said` = what the person answered, None = nothing; `tacit` =
    they let a default stand that was plain to see."""

    said: bool | None
    agreement: str
    signalled: bool
    since: datetime
    entry: int
    tacit: bool = False


def held_of(row: ConsentState) -> Held:
    """Return what a row says."""
    said: bool | None = row.granted or row.standing in (ConsentState.CHANGED, ConsentState.TACIT)
    if row.standing == ConsentState.UNASKED:
        said = None
    return Held(said, row.agreement, row.signalled, row.since, row.entry, row.standing == row.TACIT)


@dataclass(slots=True)
class Answers:
    """Everything that counts for one person. `topics` are read when first asked for; what is
    `lasting` keeps them only if no transaction may have an old view of them."""

    subject: str
    using: str
    purposes: dict[str, Held]
    lasting: bool = False
    _topics: dict[tuple[str, str], bool] | None = field(default=None)

    def topic(self, purpose: str, topic: str) -> bool | None:
        """Return the answer about one topic, None when there is none."""
        return self.topics.get((purpose, topic))

    @property
    def topics(self) -> dict[tuple[str, str], bool]:
        """(purpose, topic) -> the answer, of those that were answered."""
        if self._topics is not None:
            return self._topics
        rows = TopicState.objects.using(self.using).filter(subject=self.subject)
        values = rows.values_list("purpose", "topic", "granted")
        found = {(purpose, topic): granted for purpose, topic, granted in values}
        if not (self.lasting and connections[self.using].in_atomic_block):
            self._topics = found
        return found


@dataclass(frozen=True, slots=True)
class _Kept:
    answers: Answers
    slot: int
    generation: int


_shared: dict[tuple[str, str], _Kept] = {}
_remembered: ContextVar[tuple[str, dict[tuple[str, str], _Kept]] | None] = ContextVar(
    "upheld_consent", default=None
)


def answers_of(subject: str, using: str = DEFAULT_DB_ALIAS) -> Answers:
    """Return what counts for `subject`, from memory where that is sure to be right."""
    shared = generations()
    if shared is not None:
        kept = _shared.get((using, subject))
        if kept is not None and shared.current(kept.slot) == kept.generation:
            return kept.answers
    return _once_a_request(subject, using, shared)


def changes(subject: str, using: str = DEFAULT_DB_ALIAS) -> None:
    """Say that an answer of `subject` is being changed in the transaction under way.

    Call it after the change and before the commit.
    """
    drop_remembered(subject)
    shared = generations()
    if shared is None:
        return
    slot = slot_of(subject)
    shared.announce(slot)
    transaction.on_commit(lambda: shared.raise_number(slot), using=using, robust=True)


def drop_remembered(subject: str) -> None:
    """Forget what this process remembers of a person."""
    kept = _remembered.get()
    for memory in (_shared, kept[1] if kept is not None else {}):
        for key in [key for key in ((using, subject) for using in connections) if key in memory]:
            del memory[key]


def _once_a_request(subject: str, using: str, shared: Generations | None) -> Answers:
    memory = _memory_of_the_request()
    slot = slot_of(subject) if shared is not None else 0
    # Taken before the row is read: what changes meanwhile makes it worthless.
    generation = shared.current(slot) if shared is not None else 0
    kept = None if memory is None else memory.get((using, subject))
    if kept is not None and kept.generation == generation:
        return kept.answers
    lasting = shared is not None and shared.settled(slot) and not connections[using].in_atomic_block
    made = _Kept(_read(subject, using), slot, generation)
    made.answers.lasting = lasting
    if lasting:
        if len(_shared) >= MOST:
            _shared.clear()
        _shared[using, subject] = made
    elif memory is not None:
        memory[using, subject] = made
    return made.answers


def _memory_of_the_request() -> dict[tuple[str, str], _Kept] | None:
    request = current().request
    if not request:
        return None
    kept = _remembered.get()
    if kept is None or kept[0] != request:
        kept = (request, {})
        _remembered.set(kept)
    return kept[1]


def _read(subject: str, using: str) -> Answers:
    rows = ConsentState.objects.using(using).filter(subject=subject)
    return Answers(subject, using, {row.purpose: held_of(row) for row in rows})


def _forget(*, setting: str, **_: object) -> None:
    if setting == "UPHELD":
        _shared.clear()


setting_changed.connect(_forget)
