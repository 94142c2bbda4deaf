"""The evidence log in Django: note events, write them, prove and verify them.

Lazy, so that a room may import the package before Django's models are ready.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from upheld.journal.buffer import fresh_buffer, note
    from upheld.journal.checkpoints import checkpoint, consistency, receipt_for
    from upheld.journal.event import Event, here
    from upheld.journal.pseudonyms import secret_of
    from upheld.journal.reading import Entry, events_of
    from upheld.journal.sequencer import sequence
    from upheld.journal.signing import verifiers
    from upheld.journal.verifying import Finding, Report, verify
    from upheld.journal.writing import (
        buffered,
        flush,
        forget,
        forget_all,
        write_many,
        write_now,
    )

_HOMES = {
    "Entry": "reading",
    "Event": "event",
    "Finding": "verifying",
    "Report": "verifying",
    "buffered": "writing",
    "checkpoint": "checkpoints",
    "consistency": "checkpoints",
    "events_of": "reading",
    "flush": "writing",
    "forget": "writing",
    "forget_all": "writing",
    "fresh_buffer": "buffer",
    "here": "event",
    "note": "buffer",
    "receipt_for": "checkpoints",
    "secret_of": "pseudonyms",
    "sequence": "sequencer",
    "verifiers": "signing",
    "verify": "verifying",
    "write_many": "writing",
    "write_now": "writing",
}

__all__ = [
    "Entry",
    "Event",
    "Finding",
    "Report",
    "buffered",
    "checkpoint",
    "consistency",
    "events_of",
    "flush",
    "forget",
    "forget_all",
    "fresh_buffer",
    "here",
    "note",
    "receipt_for",
    "secret_of",
    "sequence",
    "verifiers",
    "verify",
    "write_many",
    "write_now",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        found = getattr(import_module(f"upheld.journal.{_HOMES[name]}"), name)
        globals()[name] = found  # each query notes an event: looked for once
        return found
    raise AttributeError(f"module `upheld.journal` has no attribute `{name}`")
