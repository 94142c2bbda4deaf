"""What the log says about one person, for their own eyes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import DEFAULT_DB_ALIAS

from upheld.evidence.leaf import decode
from upheld.evidence.pseudonym import pseudonym
from upheld.journal.models import Leaf, LeafSubject
from upheld.journal.pseudonyms import secret_of
from upheld.journal.sequencer import BATCH, sequence


@dataclass(frozen=True, slots=True)
class Entry:
    """One event about a person. `own` = they did it themselves; otherwise `actor` is the
    kind of who did (staff, system ...) and `posts` the staff posts, never a name.

    `event` is the id for `receipt_for`. `rows` and `count` are of the whole event, which
    may be about others too.
    """

    index: int
    event: str
    at: datetime
    kind: str
    purpose: str
    own: bool
    actor: str
    posts: tuple[str, ...]
    place: str
    model: str
    categories: tuple[str, ...]
    rows: int
    count: int
    decision: str
    details: Mapping[str, str]


def events_of(
    subject: str, *, limit: int | None = None, offset: int = 0, using: str = DEFAULT_DB_ALIAS
) -> list[Entry]:
    """Return the events about `subject` (`kind:value`), the newest first.

    Events that still wait are taken in before; behind a backlog of thousands, which a
    regular `checkpoint` prevents, the very newest may be missing until the next call.
    """
    secret = secret_of(subject, using=using)
    if secret is None:
        return []
    sequence(at_most=2 * BATCH, using=using)
    name = pseudonym(subject, secret)
    about = LeafSubject.objects.using(using).filter(pseudonym=name).values("leaf")
    rows = Leaf.objects.using(using).filter(index__in=about).order_by("-index")
    stop = None if limit is None else offset + limit
    return [_entry(row, name) for row in rows[offset:stop]]


def _entry(row: Leaf, name: str) -> Entry:
    leaf = decode(row.text)
    return Entry(
        index=row.index,
        event=leaf.id,
        at=row.at,
        kind=leaf.kind,
        purpose=leaf.purpose,
        own=leaf.ref == name,
        actor=leaf.actor,
        posts=leaf.posts,
        place=leaf.place,
        model=leaf.model,
        categories=leaf.categories,
        rows=leaf.rows,
        count=leaf.count,
        decision=leaf.decision,
        details=leaf.details,
    )
