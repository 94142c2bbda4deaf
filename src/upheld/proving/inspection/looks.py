"""What one look at the server finds, and where looks are registered."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["critical", "high", "medium", "low"]


@dataclass(frozen=True, slots=True)
class Found:
    """One weakness. `what` is the same words each time it is found."""

    what: str
    severity: Severity


class Unknown(Exception):
    """Raised by a look that cannot tell from here; the text says what is lacking."""


@dataclass(frozen=True, slots=True)
class Look:
    """One thing that an inspection looks at."""

    id: str
    title: str
    find: Callable[[str], Iterable[Found]]
    """Takes the database's alias."""


LOOKS: dict[str, Look] = {}


def look(
    id: str, title: str
) -> Callable[[Callable[[str], Iterable[Found]]], Callable[[str], Iterable[Found]]]:
    """Register a look. A site may add its own with the same words, in a module of `PROBES`."""

    def register(find: Callable[[str], Iterable[Found]]) -> Callable[[str], Iterable[Found]]:
        LOOKS[id] = Look(id, title, find)
        return find

    return register
