"""What a walk sees, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["cookie", "local", "session", "indexeddb", "cache", "worker", "request", "hint"]
"""`request` = a page asked an outside origin for something; `hint` = a link that makes browsers
call on an outside host ahead of use. The others are what is kept."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing met. `name` is a cookie, a key, or an origin; `page` the path where it was
    first met; `host` whose cookie it is; `days` how long a cookie stays (0 = with the
    browser); `stopped` = the page's content policy held the request back."""

    kind: Kind
    name: str
    page: str
    host: str = ""
    days: float = 0.0
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class Walker:
    """Somebody who walks: `answers` are (field, answer) given before the walk, `allowed` the
    purposes that then may act; `signal` sends Global Privacy Control; `signed_in` signs in."""

    name: str
    allowed: frozenset[str]
    answers: tuple[tuple[str, str], ...] = ()
    signal: bool = False
    signed_in: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that the policy does not declare, or that came although nobody allowed it."""

    kind: str
    name: str
    page: str
    walker: str
    why: str

    def __str__(self) -> str:
        return f"{self.kind} `{self.name}` on {self.page} ({self.walker}): {self.why}"


@dataclass(slots=True)
class Walk:
    """What one walker met on which pages. `trouble` are pages that could not be judged."""

    walker: Walker
    pages: list[str] = field(default_factory=list)
    met: dict[tuple[str, str, str], Seen] = field(default_factory=dict)
    trouble: list[tuple[str, str]] = field(default_factory=list)

    def meet(self, seen: Seen) -> None:
        self.met.setdefault((seen.kind, seen.name, seen.host), seen)
