"""What was kept from the browser, counted for `upheld report`.

A refusal may come with every page (an app that sets an undeclared cookie), or as often as
strangers like (reports that browsers send). So kinds are bounded, a kind seen first is
written at once, and repetitions together, at most every few seconds.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from dataclasses import dataclass

from django.db import DEFAULT_DB_ALIAS, DatabaseError, transaction
from django.db.models import F
from django.utils import timezone

from upheld import journal
from upheld.guard.models import RefusalCount
from upheld.guard.own import as_engine

LOG = logging.getLogger("upheld.browser")
EVERY = 5.0
"""Seconds between two writes of repetitions by one process."""
MOST = 200
"""Kinds that a process tells apart, and rows that each action may fill in the database; what
comes after that is counted as `*`."""
REPORTED = "reported"
"""The reason of what a browser reported: anybody can post that, so it is no evidence."""
_WIDEST = 120


@dataclass(frozen=True, slots=True)
class Kept:
    """One kind of refusal: `action` is `set`, `load` or `link`, `target` the cookie, the
    origin or the address, `reason` a stable code."""

    place: str
    purpose: str
    target: str
    action: str
    reason: str
    enforced: bool


class Tally:
    """Counts of one process. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: set[Kept] = set()
        self._waiting: Counter[Kept] = Counter()
        self._due = 0.0

    def note(self, kept: Kept, message: str, hint: str) -> None:
        """Count one refusal; the first of its kind is logged with the next step and makes
        `flush` due."""
        with self._lock:
            kept = self._narrowed(kept)
            if kept not in self._known:
                self._known.add(kept)
                self._due = 0.0
                LOG.warning("%s (%s)", message, hint)
            self._waiting[kept] += 1

    def flush(self, using: str = DEFAULT_DB_ALIAS, *, now: float | None = None) -> None:
        """Write what waits, when it is due. A database that cannot be written loses the
        counts and nothing else."""
        if not self._waiting:
            return
        moment = time.monotonic() if now is None else now
        with self._lock:
            if moment < self._due:
                return
            self._due = moment + EVERY
            waiting, self._waiting = self._waiting, Counter()
        try:
            with as_engine(), transaction.atomic(using):
                for kept, times in waiting.items():
                    _add(kept, times, using)
        except DatabaseError as error:
            LOG.warning("refusals in the browser were not counted: %s", type(error).__name__)

    def _narrowed(self, kept: Kept) -> Kept:
        """Cut what strangers may choose, and put what is too much into one kind."""
        whole = Kept(
            kept.place[:_WIDEST], kept.purpose, kept.target[:_WIDEST], kept.action, kept.reason,
            kept.enforced,
        )  # fmt: skip
        if whole in self._known or len(self._known) < MOST:
            return whole
        return Kept("", "", "*", kept.action, kept.reason, kept.enforced)


def _add(kept: Kept, times: int, using: str) -> None:
    rows = RefusalCount.objects.using(using)
    now = timezone.now()
    if rows.filter(**_key(kept)).update(count=F("count") + times, last=now):
        return
    if rows.filter(action=kept.action).count() >= MOST:
        kept = Kept("", "", "*", kept.action, kept.reason, kept.enforced)
    _, made = rows.get_or_create(**_key(kept), defaults={"count": times, "last": now})
    if not made:
        rows.filter(**_key(kept)).update(count=F("count") + times, last=now)
    elif kept.enforced and kept.reason != REPORTED:
        journal.write_now(
            journal.Event(
                "refusal", kept.purpose, place=kept.place, model=kept.target, decision=kept.reason
            )
        )


def _key(kept: Kept) -> dict[str, object]:
    return {
        "place": kept.place,
        "purpose": kept.purpose,
        "actor": "visitor",
        "posts": "",
        "code": "",
        "target": kept.target,
        "action": kept.action,
        "reason": kept.reason,
        "enforced": kept.enforced,
    }


_tally = Tally()


def tally() -> Tally:
    """Return the counts of this process."""
    return _tally


def forget() -> None:
    """Begin the counts of this process anew: for tests and probes."""
    global _tally
    _tally = Tally()
