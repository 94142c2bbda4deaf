"""What pytest needs to know: for what the tests themselves act, and where outcomes go.

A test's own hands (factories, assertions, set-up) work for the purpose `upkeep`. Whatever
goes through the site's URLs is a request, and gets its purpose from the map like any other.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_outcomes: dict[str, str] = {}
_words: dict[str, str] = {}
_RANK = {"passed": 0, "skipped": 1, "failed": 2}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    with _by_hand(item.nodeid):
        return (yield)


@contextmanager
def _by_hand(place: str) -> Iterator[None]:
    """Act for upkeep. What a test's own hands noted is dropped: only requests write it."""
    if os.environ["FOREIGN_MODE"] == "stock":
        yield
        return
    from upheld.context import Actor, Context, entered
    from upheld.guard.record import take
    from upheld.guard.subjects import forget_rows
    from upheld.journal import fresh_buffer

    with entered(Context("upkeep", Actor("system", "system:test"), place=place)), fresh_buffer():
        yield
        take()
        forget_rows()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Keep the worst of set-up, call and tear-down."""
    seen = _outcomes.get(report.nodeid, "passed")
    outcome = report.outcome
    if hasattr(report, "wasxfail"):
        # An expected failure is a pass of the suite, whichever way it went.
        outcome = "passed"
    _outcomes[report.nodeid] = max(seen, outcome, key=_RANK.__getitem__)
    if outcome == "failed":
        _words.setdefault(report.nodeid, _last_line(report))


def _last_line(report: pytest.TestReport) -> str:
    crash = getattr(report.longrepr, "reprcrash", None)
    return str(crash.message if crash else report.longrepr)[:2000]


def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workerinput"):
        return  # the controller has them all
    Path(os.environ["FOREIGN_RESULT"]).write_text(
        json.dumps({"outcomes": _outcomes, "words": _words}, indent=1, sort_keys=True)
    )
