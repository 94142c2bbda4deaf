"""How much one process takes from outside in a second, whoever sends it.

No address is kept to tell senders apart: a flood costs the statistics, and nothing else.
"""

from __future__ import annotations

from threading import Lock
from time import monotonic

from upheld.conf import conf


class Rate:
    """A bucket that fills with `VISITS_RATE` a second."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._left = 0.0
        self._at = float("-inf")

    def allows(self) -> bool:
        """Take one from the bucket; False when it is empty."""
        most = conf().VISITS_RATE
        with self._lock:
            now = monotonic()  # which does not jump when the clock is set
            self._left = min(float(most), self._left + (now - self._at) * most)
            self._at = now
            if self._left < 1:
                return False
            self._left -= 1
            return True


RATE = Rate()
"""Of this process."""
