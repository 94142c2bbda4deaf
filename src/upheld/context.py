"""Who acts, for whom, why: the ambient context that every decision reads.

The context is a ContextVar, so it follows a request through async code and is reset by
token. Threads start without one, which means without personal data: fail closed.

With it goes the pin: whatever the outermost block asks is decided by one governance, also
when the site's rules are replaced meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Literal

ActorKind = Literal["visitor", "member", "staff", "system"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. `ref` is `kind:id` of the acting account, e.g. `member:42`, `system:sweep`."""

    kind: ActorKind = "visitor"
    ref: str = "visitor:-"
    posts: frozenset[str] = frozenset()


VISITOR = Actor()


@dataclass(frozen=True, slots=True)
class Context:
    """One ambient context.

    `subject` is the person the act is about, as `kind:value` (`member:42`,
    `guest:<blind index>`), None when it is about nobody or many. `place` is the route
    name, task or command. `request` ties the events of one request together.
    """

    purpose: str | None = None
    actor: Actor = VISITOR
    subject: str | None = None
    place: str = ""
    request: str = ""


class Pin:
    """Holds the governance that one unit of work is decided by, once it was looked at.

    The outermost block that names a purpose makes an empty one; a request brings its own.
    What is put in is the business of `upheld.datamap.active`.
    """

    __slots__ = ("governance",)

    def __init__(self, governance: object | None = None) -> None:
        self.governance = governance


NOWHERE = Context()
_current: ContextVar[Context] = ContextVar("upheld_context", default=NOWHERE)
pin: ContextVar[Pin | None] = ContextVar("upheld_pin", default=None)
"""The pin in force, None outside every unit of work."""


def current() -> Context:
    """The context in force; `NOWHERE` (no purpose) when none was entered."""
    return _current.get()


@contextmanager
def entered(context: Context) -> Iterator[Context]:
    """Run the block under exactly `context`."""
    token = _current.set(context)
    outermost = pin.set(Pin()) if pin.get() is None else None
    try:
        yield context
    finally:
        if outermost is not None:
            pin.reset(outermost)
        _current.reset(token)


@contextmanager
def purpose(
    name: str | None,
    *,
    actor: Actor | None = None,
    subject: str | None = None,
    place: str | None = None,
) -> Iterator[Context]:
    """Run the block (or the decorated function) for the purpose `name`.

    What is not given is kept from the surrounding context. None as the name takes every
    purpose away.
    """
    now = _current.get()
    context = Context(
        name,
        now.actor if actor is None else actor,
        now.subject if subject is None else subject,
        now.place if place is None else place,
        now.request,
    )
    with entered(context):
        yield context


@contextmanager
def acting_for(subject: str | None) -> Iterator[Context]:
    """Run the block for one person (`kind:value`), the purpose unchanged."""
    with entered(replace(_current.get(), subject=subject)) as context:
        yield context
