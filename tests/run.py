"""`make test`: the checks and every test leg, one summary at the end.

Legs differ by Django settings and database, which one pytest process cannot change, so each
is a process of its own. As many run side by side as there are processors; each prints its
whole output when it ends. All legs run even when one fails; the exit code says so.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path

from tests.postgres import PostgreSQL

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Leg:
    """One process: `command` without the interpreter's folder, `env` on top of ours."""

    name: str
    command: tuple[str, ...]
    env: dict[str, str] = field(default_factory=dict)
    counts: bool = False


@dataclass(frozen=True)
class Outcome:
    """How a leg went. `skipped` are names with reasons; `processor` counts its children."""

    output: str
    code: int
    seconds: float
    processor: float
    passed: int = 0
    failed: int = 0
    skipped: tuple[str, ...] = ()


def _pytest(name: str, *args: str, **env: str) -> Leg:
    return Leg(name, ("pytest", "-q", *args), env, counts=True)


REQUESTS = ("requests", "identity", "clocks")
"""Rooms within `tests/rights` that make a leg of their own."""


def _site(name: str, **env: str) -> Leg:
    """A site on its own settings: what every site must do, then what is its own."""
    database = "PostgreSQL" if env else "SQLite"
    folders = ("tests/sites/every", f"tests/sites/{name}")
    return _pytest(f"{name} on {database}", f"--ds=sites.{name}.settings", *folders, **env)


def _on_both(name: str, *args: str) -> tuple[Leg, Leg]:
    return (
        _pytest(f"{name} on SQLite", *args),
        _pytest(f"{name} on PostgreSQL", *args, **POSTGRES),
    )


SITE = "--ds=sites.appliance_shop.settings"
SHOP = "tests/sites/appliance_shop"
POSTGRES = {"UPHELD_TEST_DB": "postgresql", "UPHELD_DB": "postgresql"}

WALK = tuple(
    f"{SHOP}/{name}"
    for name in (
        "storefront/test_joining.py", "storefront/test_account.py", "storefront/test_listing.py",
        "checkout/test_guests.py", "checkout/test_dispatch.py", "test_tastes.py", "test_leaving.py",
    )
)  # fmt: skip
"""Browse, register, buy, work at a desk, the member centre, erasure: the same answers with the
second line as without."""

LEGS = (  # the longest first: what is left at the end should be short
    _pytest("browser stories", SITE, "tests/browser"),
    *_on_both("shop: checkout", SITE, f"{SHOP}/checkout"),
    _pytest(
        "shop: behind both lines", "--ds=tests.secondline.shop_settings", *WALK, **POSTGRES
    ),
    _pytest("browser room", "tests/browserroom"),
    _pytest(
        "browser room on PostgreSQL",
        "tests/browserroom",
        *(f"--ignore=tests/browserroom/{name}.py" for name in ("test_widget", "test_crawl")),
        **POSTGRES,
    ),
    *_on_both("shop: pages", SITE, SHOP, f"--ignore={SHOP}/checkout"),
    _pytest("second line", "--ds=tests.secondline.settings", "tests/secondline", **POSTGRES),
    _pytest("tutorial", "tests/tutorial"),
    _pytest("benchmarks run", "tests/benchmarks"),
    *_on_both("journal, consent, visits", "tests/journal", "tests/consent", "tests/visits"),
    *_on_both("guard", "tests/guard"),
    *_on_both("agreement", "tests/agreement"),
    _pytest(
        "language and formats",
        "tests/policy", "tests/notice", "tests/cli", "tests/evidence", "tests/sealing",
        "tests/test_run.py",
    ),
    *_on_both("keyring", "tests/keyring"),
    *_on_both(
        "rights, proving, pages",
        "tests/rights", "tests/proving", "tests/pages",
        *(f"--ignore=tests/rights/{part}" for part in REQUESTS),
    ),
    *_on_both("requests", *(f"tests/rights/{part}" for part in REQUESTS)),
    *_on_both("disclosure, disposal", "tests/disclosure", "tests/disposal"),
    *_on_both("mail", "tests/mail"),
    *_on_both("datamap", "tests/datamap", "tests/contrib", "tests/foreign"),
    _pytest("payments and provider", SITE, "tests/sites/payments", "tests/sites/provider"),
    # One database each, and the studio, which has most, on both.
    _site("service_studio"),
    _site("service_studio", **POSTGRES),
    _site("business_community", **POSTGRES),
    _site("software_shop", **POSTGRES),
    _site("hardware_shop"),
    Leg("lint: types", ("mypy",)),
    Leg("lint: types of the sites", ("mypy", "--config-file", "sites/mypy.ini")),
    Leg("lint: layers", ("lint-imports",)),
    Leg("lint: ruff", ("ruff", "check", ".")),
    Leg("lint: format", ("ruff", "format", "--check", ".")),
)  # fmt: skip


def _forgotten(legs: tuple[Leg, ...] = LEGS) -> list[str]:
    """Folders with tests that no leg runs: all minus tested must be empty."""
    words = [word for leg in legs for word in leg.command]
    named = {ROOT / word for word in words if word.startswith("tests/")}
    return sorted(
        {
            str(file.parent.relative_to(ROOT))
            for file in (ROOT / "tests").rglob("test_*.py")
            if not named.intersection((file, *file.parents))
        }
    )


def _run(leg: Leg, folder: Path, shared: dict[str, str]) -> Outcome:
    """Run one leg to its end; `folder` is for its files alone."""
    folder.mkdir()
    report, output = folder / "report.xml", folder / "output"
    extra = (f"--junitxml={report}",) if leg.counts else ()
    began = time.monotonic()
    with output.open("wb") as out:
        process = subprocess.Popen(
            [str(BIN / leg.command[0]), *leg.command[1:], *extra],
            cwd=ROOT,
            env={**os.environ, "UPHELD_VAR": str(folder / "var"), **shared, **leg.env},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    counted = _tally(report) if leg.counts else (0, 0, ())
    if process.returncode and not counted[1]:
        counted = (counted[0], 1, counted[2])
    return Outcome(
        output.read_text(errors="replace"),
        process.returncode,
        time.monotonic() - began,
        usage.ru_utime + usage.ru_stime,
        *counted,
    )


def _tally(report: Path) -> tuple[int, int, tuple[str, ...]]:
    """Return (passed, failed, skipped) of a JUnit file; a missing file counts as one failure."""
    if not report.exists():
        return 0, 1, ()
    passed = failed = 0
    root = ET.parse(report).getroot()
    for suite in root.iter("testsuite"):
        bad = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        failed += bad
        passed += int(suite.get("tests", 0)) - bad - int(suite.get("skipped", 0))
    return passed, failed, tuple(_skipped(root))


def _skipped(root: ET.Element) -> Iterator[str]:
    for case in root.iter("testcase"):
        for skip in case.iter("skipped"):
            yield f"{case.get('classname')}::{case.get('name')}: {skip.get('message')}"


def main() -> int:
    forgotten = _forgotten()
    if forgotten:
        print(f"no leg runs {', '.join(forgotten)}", file=sys.stderr)
        return 1
    parser = argparse.ArgumentParser(prog="make test")
    parser.add_argument("--only", default="", help="run the legs whose name contains this")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="legs at a time")
    given = parser.parse_args()
    legs = [leg for leg in LEGS if given.only in leg.name]
    outcomes: dict[str, Outcome] = {}
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="upheld-tests-") as name:
        # Each migration runs from nothing once, in the first leg that needs its outcome.
        shared = {"UPHELD_TEST_DATABASES": str(Path(name) / "databases")}
        if any(POSTGRES.items() <= leg.env.items() for leg in legs):
            port = str(PostgreSQL().start().port)
            shared |= {"UPHELD_TEST_PG_PORT": port, "UPHELD_PG_PORT": port}
        with ThreadPoolExecutor(given.jobs) as pool:
            running = {
                pool.submit(_run, leg, Path(name) / str(number), shared): leg
                for number, leg in enumerate(legs)
            }
            try:
                for done in as_completed(running):
                    leg, outcome = running[done], done.result()
                    outcomes[leg.name] = outcome
                    spent = f"{outcome.seconds:.0f} s, {outcome.processor:.0f} s of processor"
                    print(f"\n=== {leg.name}\n{outcome.output.strip()}", flush=True)
                    print(f"--- {leg.name}: {spent}", flush=True)
            except KeyboardInterrupt:  # the terminal told the running legs as well
                pool.shutdown(cancel_futures=True)
                raise
    return _summary(outcomes, time.monotonic() - began)


def _summary(outcomes: dict[str, Outcome], seconds: float) -> int:
    processor = sum(outcome.processor for outcome in outcomes.values())
    print(f"\n{len(outcomes)} legs in {seconds:.0f} s, {processor:.0f} s of processor")
    for name, outcome in outcomes.items():
        for skipped in outcome.skipped:
            print(f"Skipped in {name}: {skipped}")
    broken = [name for name, outcome in outcomes.items() if outcome.code]
    if broken:
        print("Failed: " + ", ".join(broken))
    passed = sum(outcome.passed for outcome in outcomes.values())
    failed = sum(outcome.failed for outcome in outcomes.values())
    print(f"\n{passed} passed, {failed} failed")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
