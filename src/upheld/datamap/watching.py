"""Takes new rules while the site runs: each process looks at its privacy folder by itself.

So it works with any number of workers and threads, and needs no signal. What is found is
read, checked and bound in full beside the old rules, by whoever looked first; the others go
on with the old ones. A folder that cannot be used is refused with an error in the log, once,
and the old rules stay in force.
"""

from __future__ import annotations

import logging
import threading
import time

from upheld.conf import conf
from upheld.datamap.active import Signature, newest, reload, signature_of

_log = logging.getLogger("upheld.reload")
_looking = threading.Lock()
_next = 0.0
_seen: Signature = ()
"""The change that the last look found."""
_refused: Signature = ()


def look() -> None:
    """Put a changed folder in force if it is time to look. Costs one reading of the clock.

    Call it where a unit of work begins, before it is pinned.
    """
    global _next
    now = time.monotonic()
    if now < _next or not _looking.acquire(blocking=False):
        return
    try:
        every = conf().RELOAD_EVERY
        _next = now + every if every > 0 else float("inf")
        if every > 0:
            _take_change()
    finally:
        _looking.release()


def look_soon() -> None:
    """Let the next `look` happen at once, and take again what was refused; for tests."""
    global _next, _seen, _refused
    _next, _seen, _refused = 0.0, (), ()


def _take_change() -> None:
    global _seen, _refused
    folder = conf().PRIVACY_DIR
    old = newest()
    if folder is None or not old.signature:
        return  # governed by something that was not read from files
    signature = signature_of(folder)
    if signature in (old.signature, _refused):
        return
    if signature != _seen:
        # It may still be changing: what the next look finds the same is whole.
        _seen = signature
        return
    try:
        new = reload()
    except Exception as error:  # whatever it is, the request that looked has its old rules
        _refused = signature
        _log.error(
            "the changed rules in %s are refused, those of %s stay in force: %s",
            folder, old.policy.updated, error,
        )  # fmt: skip
    else:
        _log.warning("new rules are in force: %s instead of %s", new.digest[:12], old.digest[:12])
