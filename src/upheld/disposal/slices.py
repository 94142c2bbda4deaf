"""Walking over a table in slices that yield to the site.

Each slice is a transaction of its own. It waits a moment for a row that somebody else holds,
then passes over such rows (`FOR UPDATE SKIP LOCKED`), is stopped by PostgreSQL when it takes too
long, and is followed by a pause. A kill loses at most the slice at work, and that is rolled
back; what is due says itself, so the next run goes on where this one was.
"""

# ruff: noqa: S608  (identifiers come quoted from the map; values are parameters)

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import OperationalError, transaction
from django.db.models import AutoField, F, IntegerField

from upheld.conf import conf
from upheld.datamap.bound import BoundModel
from upheld.datamap.manysql import ROW
from upheld.datamap.pathsql import quoted
from upheld.disposal.at_once import AtOnce
from upheld.disposal.due import Condition
from upheld.disposal.models import SweepRun
from upheld.guard.direct import Direct

DENSE = 2
"""Keys for each row of a slice up to which a slice is a span of keys, whatever is due in it."""
SMALLEST = 50
"""Rows of the shortest slice that a timeout leads to."""
WIDEST = 5_000_000
"""Keys looked through in one statement at most."""
PATIENCE = 0.2
"""Seconds that a slice waits for a row that somebody holds; below PostgreSQL's one second
until it looks for deadlocks, so that it is never the site that is stopped."""
LOCKED = "55P03"
"""PostgreSQL's code when a row is held for longer than one would wait."""
QUICK = 0.25
"""Seconds: a slice that found little in less looks through more keys next."""


@dataclass
class Pace:
    """How a run goes: rows a slice, seconds of pause, seconds a statement may take."""

    size: int = field(default_factory=lambda: conf().SWEEP_SLICE)
    pause: float = field(default_factory=lambda: conf().SWEEP_PAUSE)
    timeout: float = field(default_factory=lambda: conf().SWEEP_TIMEOUT)


Act = Callable[[list[Any]], int]
"""Ends the rows with these primary keys; returns how many."""


Note = Callable[[int], None]
"""Writes down that so many rows were ended, in the slice's transaction."""


@dataclass(frozen=True, slots=True)
class Work:
    """What is done to the rows of one table that are due: `due` is asked anew for each slice,
    so that a hold placed meanwhile counts; `at_once` is the same as `act` in one statement."""

    model: BoundModel
    due: Callable[[], Condition]
    act: Act
    note: Note
    at_once: AtOnce | None = None


def in_slices(work: Work, run: SweepRun, pace: Pace, using: str) -> Iterator[int]:
    """Yield how many rows each slice ended."""
    direct = Direct(using)
    walk = _Walk(work.model, direct, pace.size, spans=work.at_once is not None)
    while not walk.done:
        began = time.monotonic()
        try:
            with transaction.atomic(using=using):
                _begin(run, pace, direct)
                if work.at_once is not None:
                    found, ended = walk.end(work.due(), work.at_once)
                else:
                    keys = walk.next_keys(work.due())
                    found, ended = len(keys), work.act(keys) if keys else 0
                if ended:
                    work.note(ended)
        except OperationalError as error:
            if not walk.eased(error):
                raise
            continue
        walk.took(time.monotonic() - began, found)
        if ended:
            yield ended
            time.sleep(pace.pause)


def _begin(run: SweepRun, pace: Pace, direct: Direct) -> None:
    # Written first: SQLite refuses to turn a transaction that has read into one that writes.
    SweepRun.objects.using(direct.using).filter(pk=run.pk).update(slices=F("slices") + 1)
    if direct.vendor == "postgresql":
        # `true` = until the transaction ends.
        direct.rows(
            "SELECT set_config('statement_timeout', %s, true),"
            " set_config('lock_timeout', %s, true)",
            [_milliseconds(pace.timeout), _milliseconds(min(pace.timeout, PATIENCE))],
        )


def _milliseconds(seconds: float) -> str:
    return f"{max(1, int(seconds * 1000))}ms"


class _Walk:
    """Where a walk over the primary keys of a table is."""

    def __init__(self, model: BoundModel, direct: Direct, size: int, *, spans: bool) -> None:
        pk: Any = model.model._meta.pk
        self.model, self.direct, self.size = model, direct, size
        self.done = False
        self._column = f"{ROW}.{quoted(pk.column)}"
        self._last: Any = None
        self._next: Any = None
        self._counted = isinstance(_plain(pk), AutoField | IntegerField)
        self._spans = spans and self._counted
        self._width = size if self._spans else size * 10
        self._passing = False
        self._end: int | None = None

    def next_keys(self, due: Condition) -> list[Any]:
        """Return the keys of the next rows that are due, locked."""
        low, condition = self._bounds()
        if self.done:
            return []
        condition &= due
        sql = (
            f"SELECT {self._column} FROM {quoted(self.model.table)} {ROW}"
            f" WHERE {condition.sql} ORDER BY {self._column} LIMIT {self.size}"
        )
        if self.direct.vendor == "postgresql":
            sql += f" FOR UPDATE OF {ROW} SKIP LOCKED"
        keys = [row[0] for row in self.direct.rows(sql, condition.params)]
        self._move(low, len(keys), keys[-1] if keys else None)
        return keys

    def end(self, due: Condition, at_once: AtOnce) -> tuple[int, int]:
        """End the next rows that are due; returns how many were chosen, and how many ended."""
        low, condition = self._bounds()
        if self.done:
            return 0, 0
        condition &= due
        if self._spans and not self._passing and self._width <= self.size * DENSE:
            ended = at_once.all(condition, self.direct)
            self._move(low, -1, None)
            return ended, ended
        done = at_once.first(condition, self.size, self.direct, passing=self._passing)
        self._move(low, done.chosen, done.last)
        return done.chosen, done.ended

    def _move(self, low: Any, found: int, last: Any) -> None:
        if found == self.size:
            self._next = last
        elif self._counted:
            assert self._end is not None and isinstance(low, int)
            self._next = low + self._width
        else:
            self._next = None

    def took(self, seconds: float, found: int) -> None:
        """Move on after a slice that was committed; adapt how many keys the next one spans."""
        if self._next is None or (self._counted and self._next >= (self._end or 0)):
            self.done = True
        self._last = self._next
        self._passing = False
        full = self.size * DENSE
        if self._spans and found >= self.size and (self._width > full or found > self.size * 1.5):
            self._width = full if self._width > full else self.size
        elif self._counted and seconds < QUICK:
            if self._spans and self._width < full:
                self._width = full if found <= self.size * 0.75 else self._width
            elif found < self.size // DENSE:
                self._width = min(WIDEST, self._width * 2)

    def eased(self, error: OperationalError) -> bool:
        """Pass over rows that somebody holds, or do less at a time, after a timeout; False
        when it is as little as can be."""
        if getattr(error.__cause__, "sqlstate", "") == LOCKED and not self._passing:
            self._passing = True
            return True
        if self.size <= SMALLEST:
            return False
        self.size = max(SMALLEST, self.size // 4)
        self._width = max(self.size, self._width // 16)
        return True

    def _bounds(self) -> tuple[Any, Condition]:
        if not self._counted:
            if self._last is None:
                return None, Condition("1 = 1")
            return self._last, Condition(f"{self._column} > %s", (self._last,))
        if self._end is None:
            (low, high), *_ = self.direct.rows(
                f"SELECT MIN({self._column}), MAX({self._column})"
                f" FROM {quoted(self.model.table)} {ROW}"
            )
            if high is None:
                self.done = True
                return None, Condition("1 = 0")
            self._last, self._end = low - 1, high
        low = self._last
        return low, Condition(
            f"{self._column} > %s AND {self._column} <= %s", (low, low + self._width)
        )


def _plain(field: Any) -> Any:
    while field.is_relation:
        field = field.target_field
    return field
