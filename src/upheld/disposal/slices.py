"""Walking over a table in slices that yield to the site.

Each slice is a transaction of its own: it locks the rows it will end, passes over rows that
somebody else holds (`FOR UPDATE SKIP LOCKED`), is stopped by PostgreSQL when it takes too
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
from upheld.disposal.due import Condition
from upheld.disposal.models import SweepRun
from upheld.guard.direct import Direct

SMALLEST = 50
"""Rows of the shortest slice that a timeout leads to."""
WIDEST = 5_000_000
"""Keys looked through in one statement at most."""
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


def in_slices(
    model: BoundModel, due: Callable[[], Condition], act: Act, run: SweepRun, pace: Pace, using: str
) -> Iterator[int]:
    """Yield how many rows each slice ended.

    `due` is asked anew for each slice, so that a hold placed meanwhile counts.
    """
    direct = Direct(using)
    walk = _Walk(model, direct, pace.size)
    while not walk.done:
        began = time.monotonic()
        try:
            with transaction.atomic(using=using):
                _begin(run, pace, direct)
                keys = walk.next_keys(due())
                ended = act(keys) if keys else 0
        except OperationalError:
            if not walk.narrow():
                raise
            continue
        walk.took(time.monotonic() - began, len(keys))
        if ended:
            yield ended
            time.sleep(pace.pause)


def _begin(run: SweepRun, pace: Pace, direct: Direct) -> None:
    # Written first: SQLite refuses to turn a transaction that has read into one that writes.
    SweepRun.objects.using(direct.using).filter(pk=run.pk).update(slices=F("slices") + 1)
    if direct.vendor == "postgresql":
        limit = f"{max(1, int(pace.timeout * 1000))}ms"
        # `true` = until the transaction ends.
        direct.rows(
            "SELECT set_config('statement_timeout', %s, true),"
            " set_config('lock_timeout', %s, true)",
            [limit, limit],
        )


class _Walk:
    """Where a walk over the primary keys of a table is."""

    def __init__(self, model: BoundModel, direct: Direct, size: int) -> None:
        pk: Any = model.model._meta.pk
        self.model, self.direct, self.size = model, direct, size
        self.done = False
        self._column = f"{ROW}.{quoted(pk.column)}"
        self._last: Any = None
        self._next: Any = None
        self._counted = isinstance(_plain(pk), AutoField | IntegerField)
        self._width = size * 10
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
        if len(keys) == self.size:
            self._next = keys[-1]
        elif self._counted:
            assert self._end is not None and isinstance(low, int)
            self._next = low + self._width
        else:
            self._next = None
        return keys

    def took(self, seconds: float, found: int) -> None:
        """Move on after a slice that was committed."""
        if self._next is None or (self._counted and self._next >= (self._end or 0)):
            self.done = True
        self._last = self._next
        if self._counted and seconds < QUICK and found < self.size:
            self._width = min(WIDEST, self._width * 2)

    def narrow(self) -> bool:
        """Do less at a time after a timeout; False when it is as little as can be."""
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
