"""The sequencer: moves events from the inbox into the tree, one batch a transaction.

The lock on the one row of `Head` makes it single; it is held for one batch only, and no
writer of events ever waits for it. Leaves, tiles, size and the emptied inbox commit
together, so a process killed at any point leaves the log as it was before the batch.
"""

from __future__ import annotations

import logging
import time
from datetime import datetime

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections, transaction
from django.db.models import F

from upheld.conf import conf
from upheld.errors import EvidenceError
from upheld.evidence import tiles
from upheld.evidence.hashing import leaf_hash
from upheld.evidence.leaf import decode_marked
from upheld.journal import tilestore
from upheld.journal.inserting import insert
from upheld.journal.models import Head, Inbox, LeafSubject
from upheld.journal.models import Leaf as LeafRow

BATCH = 1000
"""Events a transaction. Bounds how long the lock is held."""
SHARE = 100
"""Events that one request moves at most, some ten milliseconds; a backlog is left to
`checkpoint`."""
HEAD = 1
_LEAF = ("index", "event", "at", "kind", "text", "hash", "marks")
_ABOUT = ("pseudonym", "leaf")
log = logging.getLogger("upheld.journal")


def sequence(*, at_most: int | None = None, using: str = DEFAULT_DB_ALIAS) -> int:
    """Give the waiting events their place in the tree; return how many there were.

    `at_most` bounds the time of a page that wants to show the newest events.
    """
    total = 0
    while at_most is None or total < at_most:
        done = _batch(using, BATCH, wait=True)
        total += done
        if done < BATCH:
            break
    return total


_last = 0.0


def sequence_if_due(*, using: str = DEFAULT_DB_ALIAS) -> None:
    """Sequence some events when `SEQUENCE_EVERY` seconds have passed in this process.

    Never inside a transaction, where the lock would last as long as it does, and never
    at the price of the request: the events are safe in the inbox, so a failure is logged.
    """
    global _last
    now = time.monotonic()
    every = conf().SEQUENCE_EVERY
    if every <= 0 or now - _last < every or connections[using].in_atomic_block:
        return
    _last = now
    try:
        _batch(using, SHARE, wait=False)
    except (DatabaseError, EvidenceError):
        log.exception("events wait in the inbox: they could not be sequenced")


def _batch(using: str, limit: int, *, wait: bool) -> int:
    if not Inbox.objects.using(using).exists():
        return 0
    with transaction.atomic(using=using):
        size = _lock(using, wait=wait)
        if size is None:
            return 0
        waiting = list(Inbox.objects.using(using).order_by("id")[:limit])
        _integrate(_unknown(waiting, using), size, using)
        # By their own keys, not by a range: an event with a lower key may commit later.
        Inbox.objects.using(using).filter(pk__in=[row.pk for row in waiting]).delete()
    return len(waiting)


def _lock(using: str, *, wait: bool) -> int | None:
    """Take the sequencer's lock and return the tree's size; None when it is taken."""
    heads = Head.objects.using(using).filter(pk=HEAD)
    if not wait and connections[using].features.has_select_for_update_skip_locked:
        free = heads.select_for_update(skip_locked=True).first()
        if free is not None:
            return free.size
        if heads.exists():
            return None
    # An update is the lock on every database: SQLite has no row locks and takes its one
    # write lock here, before anything was read that could have become stale.
    if not heads.update(size=F("size")):
        Head.objects.using(using).bulk_create([Head(pk=HEAD, size=0)], ignore_conflicts=True)
        heads.update(size=F("size"))
    return heads.get().size


def _unknown(waiting: list[Inbox], using: str) -> list[Inbox]:
    """Leave out events that are leaves already: written twice after an uncertain failure."""
    events = [row.event for row in waiting]
    known = set(
        LeafRow.objects.using(using).filter(event__in=events).values_list("event", flat=True)
    )
    return [row for row in waiting if row.event not in known]


def _integrate(events: list[Inbox], size: int, using: str) -> None:
    rows: list[tuple[object, ...]] = []
    about: list[tuple[str, int]] = []
    hashes: list[bytes] = []
    adapted = connections[using].ops.adapt_datetimefield_value
    for index, event in enumerate(events, start=size):
        data = event.text.encode()
        leaf, marks = decode_marked(data)
        hashes.append(leaf_hash(data))
        at = adapted(datetime.fromisoformat(leaf.at))
        rows.append((index, leaf.id, at, leaf.kind, event.text, hashes[-1], marks))
        about += [(name, index) for name in leaf.subjects]
    if not rows:
        return
    tilestore.write(tiles.append(size, hashes, tilestore.reader(using)), using)
    insert(LeafRow, _LEAF, rows, using=using)
    insert(LeafSubject, _ABOUT, about, using=using)
    Head.objects.using(using).filter(pk=HEAD).update(size=size + len(rows))
