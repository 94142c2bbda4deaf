"""`make test`: the checks and every test leg in order, one summary at the end.

Legs differ by Django settings and database, which one pytest process cannot change, so
each is a process of its own. All legs run even when one fails; the exit code says so.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
SITE_TESTS = "tests/sites"
BROWSER_TESTS = "tests/browser"


@dataclass(frozen=True)
class Leg:
    """One process: `command` without the interpreter's folder, `env` on top of ours."""

    name: str
    command: tuple[str, ...]
    env: dict[str, str] = field(default_factory=dict)
    counts: bool = False


def _pytest(name: str, *args: str, workers: int = 2, **env: str) -> Leg:
    spread = ("-n", str(workers), "--dist", "loadfile") if workers > 1 else ()
    return Leg(name, ("pytest", "-q", *spread, *args), env, counts=True)


SITE = "--ds=sites.appliance_shop.settings"
ENGINE = ("tests", f"--ignore={SITE_TESTS}", f"--ignore={BROWSER_TESTS}")
POSTGRES = {"UPHELD_TEST_DB": "postgresql", "UPHELD_DB": "postgresql"}

LEGS = (
    Leg("lint: ruff", ("ruff", "check", ".")),
    Leg("lint: format", ("ruff", "format", "--check", ".")),
    Leg("lint: layers", ("lint-imports",)),
    Leg("lint: types", ("mypy",)),
    _pytest("engine on SQLite", *ENGINE),
    _pytest("engine on PostgreSQL", *ENGINE, **POSTGRES),
    _pytest("appliance shop on SQLite", SITE, SITE_TESTS),
    _pytest("appliance shop on PostgreSQL", SITE, SITE_TESTS, **POSTGRES),
    _pytest("browser stories", SITE, BROWSER_TESTS, workers=1),
)


def _tally(report: Path) -> tuple[int, int]:
    """Return (passed, failed) of a JUnit file; a missing file counts as one failure."""
    if not report.exists():
        return 0, 1
    passed = failed = 0
    for suite in ET.parse(report).getroot().iter("testsuite"):
        bad = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        failed += bad
        passed += int(suite.get("tests", 0)) - bad - int(suite.get("skipped", 0))
    return passed, failed


def main() -> int:
    parser = argparse.ArgumentParser(prog="make test")
    parser.add_argument("--only", default="", help="run the legs whose name contains this")
    only = parser.parse_args().only
    passed = failed = 0
    broken: list[str] = []
    with tempfile.TemporaryDirectory(prefix="upheld-tests-") as folder:
        for number, leg in enumerate(leg for leg in LEGS if only in leg.name):
            print(f"\n=== {leg.name}", flush=True)
            report = Path(folder) / f"{number}.xml"
            extra = (f"--junitxml={report}",) if leg.counts else ()
            began = time.monotonic()
            done = subprocess.run(
                [str(BIN / leg.command[0]), *leg.command[1:], *extra],
                cwd=ROOT,
                env={**os.environ, **leg.env},
                stdin=subprocess.DEVNULL,
            )
            print(f"--- {leg.name}: {time.monotonic() - began:.0f} s", flush=True)
            if leg.counts:
                good, bad = _tally(report)
                passed, failed = passed + good, failed + bad
                if done.returncode and not bad:
                    failed += 1
            if done.returncode:
                broken.append(leg.name)
    if broken:
        print("\nFailed: " + ", ".join(broken))
    print(f"\n{passed} passed, {failed + (1 if broken and not failed else 0)} failed")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
