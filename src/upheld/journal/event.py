"""What happened with personal data, as the rooms report it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from upheld.context import VISITOR, Actor, current

Kind = Literal[
    "read",
    "write",
    "refusal",
    "consent",
    "export",
    "erasure",
    "disclosure",
    "access",
    "break_glass",
    "key",
    "request",
    "mail",
]


@dataclass(frozen=True, slots=True)
class Event:
    """One use of personal data.

    `model` is a model label (`order.Order`), `categories` what was touched, `rows` how
    many rows, `subjects` whose (`kind:value`, in clear: the journal writes pseudonyms).
    `decision` is the outcome (`allow`, `own rows`, `refuse` ...). `details` are facts
    that belong to the kind, e.g. `{"recipient": "carrier"}`; never personal data, since
    the log keeps them for good.
    """

    kind: Kind
    purpose: str = ""
    actor: Actor = VISITOR
    place: str = ""
    request: str = ""
    model: str = ""
    categories: tuple[str, ...] = ()
    rows: int = 0
    subjects: tuple[str, ...] = ()
    decision: str = ""
    details: Mapping[str, str] = field(default_factory=dict)


def here(
    kind: Kind,
    *,
    model: str = "",
    categories: tuple[str, ...] = (),
    rows: int = 0,
    subjects: tuple[str, ...] = (),
    decision: str = "",
    details: Mapping[str, str] | None = None,
) -> Event:
    """Return an event of the context in force: its purpose, actor, place and request."""
    now = current()
    return Event(
        kind,
        now.purpose or "",
        now.actor,
        now.place,
        now.request,
        model,
        categories,
        rows,
        subjects,
        decision,
        details or {},
    )
