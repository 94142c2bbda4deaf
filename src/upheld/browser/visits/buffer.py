"""Views wait in memory and are written in batches, by a thread of their own.

A page never waits for the database: when too many wait, what comes is counted as lost. What
waits is written when the process ends; a process that is killed loses what it had not written,
two seconds of visits as a rule, and nothing else.
"""

from __future__ import annotations

import atexit
import logging
import os
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Event, Lock, Thread

from upheld.browser.visits.seen import Seen
from upheld.conf import conf

log = logging.getLogger("upheld.visits")

BATCH = 5000
"""Views written in one transaction; as many waiting wake the writer before its time."""
TRIES = 5
"""Failures in a row after which a batch is given up."""

_apart: ContextVar[list[Seen] | None] = ContextVar("upheld_visits_apart", default=None)


class Buffer:
    """The views of one process that wait. `by_hand` = nothing writes them but `flush`."""

    def __init__(self) -> None:
        self.by_hand = False
        self.lost = 0
        """Not taken since the last batch was written."""
        self._waiting: deque[Seen] = deque()
        self._lock = Lock()
        self._writing = Lock()
        self._wake = Event()
        self._ending = False
        self._failures = 0
        self._thread: Thread | None = None

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, seen: Seen) -> None:
        """Take a view, or count it as lost when too many wait. Never waits."""
        if len(self._waiting) >= conf().VISITS_WAITING:
            self.lost += 1
            return
        self._waiting.append(seen)
        if self.by_hand:
            return
        if self._thread is None:
            self._start()
        if len(self._waiting) >= BATCH:
            self._wake.set()

    def flush(self) -> int:
        """Write everything that waits, now; returns how many. Raises what the database raises
        once what failed waits again."""
        written = 0
        while self._waiting:
            written += self._write_one_batch()
        return written

    def clear(self) -> None:
        """Forget what waits."""
        self._waiting.clear()
        self.lost = self._failures = 0

    def _write_one_batch(self) -> int:
        from upheld.browser.visits.writing import write

        with self._writing:
            batch = self._taken()
            lost, self.lost = self.lost, 0
            try:
                write(batch, lost=lost)
            except Exception:
                self.lost += lost
                self._failures += 1
                if self._failures >= TRIES:
                    self.lost += len(batch)
                    self._failures = 0
                else:
                    self._waiting.extendleft(reversed(batch))
                raise
            self._failures = 0
            return len(batch)

    def _taken(self) -> list[Seen]:
        batch: list[Seen] = []
        while self._waiting and len(batch) < BATCH:
            batch.append(self._waiting.popleft())
        return batch

    def _start(self) -> None:
        with self._lock:
            if self._thread is None and not self._ending:
                self._thread = Thread(target=self._run, name="upheld-visits", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        from django.db import close_old_connections

        while not self._ending:
            self._wake.wait(conf().VISITS_EVERY)
            self._wake.clear()
            close_old_connections()
            self._try()
            close_old_connections()

    def _try(self) -> None:
        try:
            self.flush()
        except Exception as error:
            # Its kind alone: a driver's text shows the row.
            log.warning("visits were not written: %s", type(error).__name__)

    def end(self) -> None:
        """Write what waits before the process goes."""
        self._ending = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join(5)
            self._thread = None
            self._try()

    def forked(self) -> None:
        """In a child: its threads are gone, and what waited is the parent's to write."""
        by_hand = self.by_hand
        self.__init__()  # type: ignore[misc]  # locks may have been held by a thread left behind
        self.by_hand = by_hand


BUFFER = Buffer()
"""Of this process."""
atexit.register(BUFFER.end)
os.register_at_fork(after_in_child=BUFFER.forked)


def put(seen: Seen) -> None:
    """Let a view wait to be written; within `apart` it goes aside."""
    aside = _apart.get()
    if aside is not None:
        aside.append(seen)
    else:
        BUFFER.put(seen)


@contextmanager
def apart() -> Iterator[list[Seen]]:
    """Keep what is seen in the block apart and out of the statistics: for probes."""
    seen: list[Seen] = []
    token = _apart.set(seen)
    try:
        yield seen
    finally:
        _apart.reset(token)
