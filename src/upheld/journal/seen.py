"""What was done with data lately, summed up: which posts used what, where, for what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import DEFAULT_DB_ALIAS

from upheld.evidence.leaf import decode
from upheld.journal.models import Leaf
from upheld.journal.sequencer import BATCH, sequence


@dataclass(frozen=True, slots=True)
class Use:
    """One way of using data. `kind` is read or write; nobody is named."""

    place: str
    purpose: str
    actor: str
    posts: tuple[str, ...]
    kind: str
    model: str
    category: str


@dataclass(slots=True)
class Often:
    """In how many requests it was done to any row, and when last."""

    count: int
    last: datetime


def uses_since(since: datetime, *, using: str = DEFAULT_DB_ALIAS) -> dict[Use, Often]:
    """Return the uses that were logged from `since` on. Refused ones are not among them."""
    sequence(at_most=2 * BATCH, using=using)
    found: dict[Use, Often] = {}
    leaves = Leaf.objects.using(using).filter(at__gte=since, kind__in=("read", "write"))
    for text, at in leaves.order_by("index").values_list("text", "at").iterator(chunk_size=BATCH):
        leaf = decode(text)
        for category in leaf.categories:
            use = Use(
                leaf.place, leaf.purpose, leaf.actor, leaf.posts, leaf.kind, leaf.model, category
            )
            often = found.get(use)
            if often is None:
                often = found[use] = Often(0, at)
            often.count += bool(leaf.rows)
            often.last = max(often.last, at)
    return found
