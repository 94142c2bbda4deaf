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
POSTGRES = {"UPHELD_TEST_DB": "postgresql", "UPHELD_DB": "postgresql"}
PURE = ("tests/policy", "tests/notice", "tests/cli", "tests/evidence", "tests/sealing")
ROOMS = {
    "keyring": ("tests/keyring",),
    "journal, consent": ("tests/journal", "tests/consent"),
    "datamap": ("tests/datamap", "tests/contrib"),
    "guard": ("tests/guard",),
    "rights, proving, pages": ("tests/rights", "tests/proving", "tests/pages"),
}
"""Rooms that keep something for the whole process (keys in memory, counted refusals,
registered probes) get a process of their own."""
ALONE = ("rights, proving, pages",)


def _rooms(database: str, **env: str) -> tuple[Leg, ...]:
    return tuple(
        _pytest(f"{name} on {database}", *folders, workers=1 if name in ALONE else 2, **env)
        for name, folders in ROOMS.items()
    )


LEGS = (
    Leg("lint: ruff", ("ruff", "check", ".")),
    Leg("lint: format", ("ruff", "format", "--check", ".")),
    Leg("lint: layers", ("lint-imports",)),
    Leg("lint: types", ("mypy",)),
    _pytest("language and formats", *PURE),
    *_rooms("SQLite"),
    *_rooms("PostgreSQL", **POSTGRES),
    _pytest("benchmarks run", "tests/benchmarks", workers=1),
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


def _forgotten() -> list[str]:
    """Folders with tests that no leg names: all minus tested must be empty."""
    named = {word for leg in LEGS for word in leg.command}
    return sorted(
        str(folder.relative_to(ROOT))
        for folder in (ROOT / "tests").iterdir()
        if any(folder.rglob("test_*.py")) and str(folder.relative_to(ROOT)) not in named
    )


def main() -> int:
    forgotten = _forgotten()
    if forgotten:
        print(f"no leg runs {', '.join(forgotten)}", file=sys.stderr)
        return 1
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
