"""Writing events: at once in the caller's transaction, or many at the end of a request.

Nothing here takes a lock that another writer waits for: events go to the inbox, and the
sequencer gives them their place. A process killed before the commit has written nothing
and shown nothing; after it, the event is there. Each event has its id before the first
attempt, so an attempt repeated after an uncertain failure logs it once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from django.db import DEFAULT_DB_ALIAS, connections

from upheld.conf import conf
from upheld.context import VISITOR
from upheld.evidence.leaf import Leaf, encode
from upheld.journal.buffer import Merged, current_buffer, fresh_buffer
from upheld.journal.event import Event
from upheld.journal.inbox import Row, put
from upheld.journal.pseudonyms import drop, drop_all, pseudonyms_of
from upheld.journal.sequencer import sequence_if_due

SUBJECTS_IN_LEAF = 1000
"""An event about more people is written as several leaves with `part` (n, of)."""


def flush(*, using: str = DEFAULT_DB_ALIAS) -> int:
    """Write the events noted so far and return how many leaves they made.

    Call it outside a transaction: a rollback would take refusals with it. When writing
    fails the events stay noted and the error is raised: no answer without its log.
    """
    buffer = current_buffer()
    groups, buffer.groups = buffer.groups, {}
    if not groups:
        return 0
    try:
        rows = _rows(groups.values(), buffer.forgotten, using)
        hasty = not conf().READS_WAIT_FOR_DISK
        put(rows, using=using, hasty=hasty and all(g.first.kind == "read" for g in groups.values()))
    except BaseException:
        buffer.groups = groups | buffer.groups
        raise
    if not connections[using].in_atomic_block:  # the request is over
        buffer.forgotten.clear()
    sequence_if_due(using=using)
    return len(rows)


@contextmanager
def buffered(*, using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """Run a request, a job or a command: its events are written at its end, errors or not."""
    with fresh_buffer():
        try:
            yield
        finally:
            flush(using=using)


def write_now(event: Event, *, using: str = DEFAULT_DB_ALIAS) -> str:
    """Write one event in the caller's transaction and return its id, for a receipt.

    For what must not happen unlogged: erasure, export, disclosure, consent, break-glass.
    """
    merged = Merged(event)
    merged.add(event)
    rows = _rows([merged], current_buffer().forgotten, using)
    put(rows, using=using)
    return merged.id


def write_many(events: Iterable[Event], *, using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """Write many events in the caller's transaction, with as few statements as one takes."""
    groups = [Merged(event) for event in events]
    for merged in groups:
        merged.add(merged.first)
    rows = _rows(groups, current_buffer().forgotten, using)
    put(rows, using=using)
    return [merged.id for merged in groups]


def forget_all(subjects: Iterable[str], *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Unlink many people from the log; see `forget`."""
    current_buffer().forgotten.update(drop_all(subjects, using=using))


def forget(subject: str, *, using: str = DEFAULT_DB_ALIAS) -> bool:
    """Unlink a person from the log on erasure; True when the log knew them.

    Nothing is written, so the caller's transaction decides alone. Events already noted
    and those that this request still notes about them keep their last pseudonym.
    """
    name, known = drop(subject, using=using)
    current_buffer().forgotten[subject] = name
    return known


def _rows(groups: Iterable[Merged], forgotten: dict[str, str], using: str) -> list[Row]:
    groups = list(groups)
    people = {subject for group in groups for subject in group.subjects}
    people.update(group.first.actor.ref for group in groups if _is_person(group.first.actor.ref))
    names = pseudonyms_of(people - forgotten.keys(), using=using) | forgotten
    return [(leaf.id, encode(leaf).decode()) for group in groups for leaf in _leaves(group, names)]


def _leaves(group: Merged, names: dict[str, str]) -> Iterator[Leaf]:
    first = group.first
    subjects: Sequence[str] = sorted({names[subject] for subject in group.subjects})
    parts = max(1, -(-len(subjects) // SUBJECTS_IN_LEAF))
    for part in range(parts):
        yield Leaf(
            id=group.id if part == 0 else f"{group.id}.{part + 1}",
            at=stamp(group.at),
            kind=first.kind,
            purpose=first.purpose,
            actor=first.actor.kind,
            ref=names[first.actor.ref] if _is_person(first.actor.ref) else first.actor.ref,
            posts=tuple(sorted(first.actor.posts)),
            place=first.place,
            request=first.request,
            model=first.model,
            categories=tuple(sorted(group.categories)),
            rows=group.rows,
            count=group.count,
            subjects=tuple(subjects[part * SUBJECTS_IN_LEAF : (part + 1) * SUBJECTS_IN_LEAF]),
            decision=first.decision,
            details=dict(first.details),
            part=(part + 1, parts),
        )


def stamp(at: datetime) -> str:
    """Return a moment as the log writes it: UTC, microseconds, `Z`."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _is_person(ref: str) -> bool:
    """Whatever is not plainly the system or an unknown visitor could lead to someone."""
    return ref != VISITOR.ref and not ref.startswith("system:")
