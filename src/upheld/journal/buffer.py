"""Events of one request, merged in memory until they are written at once.

A page may run forty statements on one model for one purpose; the log says it once, with
the number of statements, the rows and the subjects.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from os import urandom

from upheld.journal.event import Event


@dataclass(slots=True)
class Merged:
    """Events that say the same of different rows. `first` was the first of them.

    `id` is fixed here, so that writing twice after an uncertain failure logs once.
    """

    first: Event
    id: str = field(default_factory=lambda: urandom(16).hex())
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    count: int = 0
    rows: int = 0
    categories: set[str] = field(default_factory=set)
    subjects: set[str] = field(default_factory=set)

    def add(self, event: Event) -> None:
        self.count += 1
        self.rows += event.rows
        self.categories.update(event.categories)
        self.subjects.update(event.subjects)


@dataclass(slots=True)
class Buffer:
    """The events noted and not yet written.

    `forgotten` are subjects erased while the buffer was open, with the pseudonym that
    events about them still get: one whose secret is gone, not a new entry in the register.
    """

    groups: dict[tuple[object, ...], Merged] = field(default_factory=dict)
    forgotten: dict[str, str] = field(default_factory=dict)

    def add(self, event: Event) -> None:
        key = (
            event.request,
            event.purpose,
            event.model,
            event.kind,
            event.decision,
            event.place,
            event.actor,
            tuple(event.details.items()) if event.details else (),
        )
        group = self.groups.get(key)
        if group is None:
            group = self.groups[key] = Merged(event)
        group.add(event)


_open: ContextVar[Buffer | None] = ContextVar("upheld_journal", default=None)


def current_buffer() -> Buffer:
    """The buffer in force; one is opened when there is none."""
    buffer = _open.get()
    if buffer is None:
        buffer = Buffer()
        _open.set(buffer)
    return buffer


def note(event: Event) -> None:
    """Remember an event until `flush`. Cheap: no query, one dictionary look-up."""
    current_buffer().add(event)


@contextmanager
def fresh_buffer() -> Iterator[Buffer]:
    """Run the block with an empty buffer of its own; nothing is written at its end."""
    buffer = Buffer()
    token = _open.set(buffer)
    try:
        yield buffer
    finally:
        _open.reset(token)
