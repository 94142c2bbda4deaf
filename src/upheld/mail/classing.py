"""Which class a mail has that code sends without saying so."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from upheld.datamap.active import active

_MACHINERY = ("django.core.mail", "upheld.mail", "contextlib")


@dataclass(frozen=True, slots=True)
class Classed:
    """What is said of the mails of a block. `subject` None = nobody said whom they go to."""

    klass: str
    subject: str | None = None
    purpose: str = ""
    topic: str = ""


_classed: ContextVar[Classed | None] = ContextVar("upheld_mail_class", default=None)


@contextmanager
def classed(
    klass: str, *, subject: str | None = None, purpose: str = "", topic: str = ""
) -> Iterator[None]:
    """Give every mail that is sent in the block this class, whoever's code sends it."""
    token = _classed.set(Classed(klass, subject, purpose, topic))
    try:
        yield
    finally:
        _classed.reset(token)


def class_in_force() -> Classed:
    """Return the class of a mail being sent now: the block's, else by the module that sends.

    An empty class when neither says one. The module is the nearest caller that the map names.
    """
    said = _classed.get()
    if said is not None:
        return said
    look_up = active().datamap.class_of_sender
    frame = sys._getframe(1)
    while frame is not None:
        module = str(frame.f_globals.get("__name__", ""))
        if not module.startswith(_MACHINERY):
            klass = look_up(module)
            if klass is not None:
                return Classed(klass)
        frame = frame.f_back  # type: ignore[assignment]  # None ends the loop
    return Classed("")
