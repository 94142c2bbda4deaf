"""The named, logged way round the cursor's refusal: `with guard.raw("why"):`.

It opens only what the purpose may see anyway: every row rule must be `all`, and every
personal column that the statement touches readable (writable, when it writes).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_reason: ContextVar[str] = ContextVar("upheld_raw", default="")


@contextmanager
def raw(reason: str) -> Iterator[None]:
    """Allow raw statements in the block; each one is noted in the journal with `reason`."""
    if not reason.strip():
        raise ValueError("a reason is needed: it is what the log will say")
    token = _reason.set(reason)
    try:
        yield
    finally:
        _reason.reset(token)


def reason() -> str:
    """Why raw statements are allowed here; empty = they are not."""
    return _reason.get()
