"""The committed lists of exceptions, and how a run is held against one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from foreign.suites import Suite


@dataclass(frozen=True, slots=True)
class Verdict:
    """A run against its list. `new` failed unlisted, `mended` are listed and pass."""

    passed: int
    skipped: int
    listed: tuple[str, ...]
    new: tuple[str, ...]
    mended: tuple[str, ...]

    @property
    def good(self) -> bool:
        return not (self.new or self.mended)


def listed(suite: Suite, mode: str, database: str) -> dict[str, str]:
    """Return test -> reason. What fails on the stock backend is listed for every mode."""
    path: Path = suite.folder / "expected.yaml"
    if not path.exists():
        return {}
    lists: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    found: dict[str, str] = {}
    for section in dict.fromkeys(("stock", mode)):
        for where in ("both", database):
            for reason, tests in ((lists.get(section) or {}).get(where) or {}).items():
                found |= dict.fromkeys(tests, reason)
    return found


def judge(outcomes: dict[str, str], expected: dict[str, str], *, whole: bool) -> Verdict:
    """Compare. With `whole`, a listed test that did not run counts as mended: the list is old."""
    failed = {test for test, outcome in outcomes.items() if outcome == "failed"}
    ran = set(expected) if whole else set(expected) & set(outcomes)
    return Verdict(
        passed=sum(outcome == "passed" for outcome in outcomes.values()),
        skipped=sum(outcome == "skipped" for outcome in outcomes.values()),
        listed=tuple(sorted(failed & set(expected))),
        new=tuple(sorted(failed - set(expected))),
        mended=tuple(sorted(ran - failed)),
    )
