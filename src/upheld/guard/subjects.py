"""Whose rows were read: keys remembered while a request runs, resolved once at its end."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from upheld import journal
from upheld.datamap.active import active
from upheld.datamap.bound import BoundModel
from upheld.guard.ownership import is_own_root, subjects

MOST = 1000
"""Keys kept a model and request; a longer list is evidence of a sweep, not of persons."""


@dataclass(slots=True)
class _Read:
    event: journal.Event
    using: str
    keys: set[Any] = field(default_factory=set)


_pending: ContextVar[dict[tuple[str, ...], _Read] | None] = ContextVar(
    "upheld_subjects", default=None
)


def remember_rows(event: journal.Event, table: str, keys: list[Any], using: str) -> None:
    """Remember that rows of `table` with these primary keys were read."""
    pending = _pending.get()
    if pending is None:
        pending = {}
        _pending.set(pending)
    key = (table, event.purpose, event.actor.ref, event.place, event.request, using)
    read = pending.get(key)
    if read is None:
        read = pending[key] = _Read(event, using)
    if len(read.keys) < MOST:
        read.keys.update(keys[: MOST - len(read.keys)])


def settle_subjects() -> None:
    """Note the subjects of the remembered rows, one query a model."""
    pending = _pending.get()
    if not pending:
        return
    _pending.set(None)
    datamap = active().datamap
    for (table, *_), read in pending.items():
        model = datamap.model(table)
        if model is None:
            continue
        found = sorted(_subjects(model, read))
        event = read.event
        if found:
            journal.note(
                journal.Event(
                    event.kind, event.purpose, event.actor, event.place, event.request,
                    event.model, event.categories, 0, tuple(found), event.decision,
                )
            )  # fmt: skip


def forget_rows() -> None:
    """Drop what is remembered: the work it belongs to leaves no evidence."""
    _pending.set(None)


def _subjects(model: BoundModel, read: _Read) -> set[str]:
    """Whose the rows are; no query where the key itself says it (accounts, sessions)."""
    if len(model.paths) == 1 and is_own_root(model):
        kind = model.paths[0].kind
        assert kind is not None  # an own root is of a kind
        return {f"{kind.id}:{key}" for key in read.keys}
    return {subject for subject in subjects(model, read.keys, read.using).values() if subject}
