"""The end of a request, a task or a command: what was remembered is written."""

from __future__ import annotations

from upheld import journal
from upheld.guard.counting import keep_refusals
from upheld.guard.subjects import settle_subjects


def finish() -> None:
    """Resolve subjects, count refusals, flush the journal. Costs nothing when nothing was."""
    settle_subjects()
    keep_refusals()
    journal.flush()
