"""`python -m foreign oscar --source PATH`: run a suite, stock and under the guard.

Exit 0: every run failed exactly where its list says. Exit 1: an unlisted failure, a listed
test that passes, or tests that ran on the stock backend and not here. Exit 2: wrong use.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path
from typing import Any

from foreign.expected import Verdict, judge, listed
from foreign.sources import copied, engine_copied, privacy
from foreign.suites import DATABASES, MODES, SUITES, Suite

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = Path(sysconfig.get_path("purelib"))
RESULTS = ROOT / "var" / "foreign" / "results"


def main() -> int:
    arguments = _arguments()
    databases = arguments.database or DATABASES
    if "postgresql" in databases:
        from tests.postgres import PostgreSQL

        os.environ["FOREIGN_PG_PORT"] = str(PostgreSQL().start().port)
    good = True
    for suite in arguments.suites:
        for database in databases:
            for mode in arguments.mode or suite.modes:
                good &= run(suite, mode, database, arguments)
    return 0 if good else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m foreign", description=__doc__)
    parser.add_argument("suite", nargs="?", choices=sorted(SUITES), help="default: all there are")
    parser.add_argument(
        "--source", type=Path,
        help="an unpacked source tree of the application (default: `OSCAR_SOURCE` and its like)",
    )  # fmt: skip
    parser.add_argument("--database", action="append", choices=DATABASES, help="default: both")
    parser.add_argument("--mode", action="append", choices=MODES, help="default: all there are")
    parser.add_argument(
        "--workers", type=int, default=0,
        help="processes; 0 = in order, which some tests of the suites rely on (default)",
    )  # fmt: skip
    parser.add_argument("--only", nargs="*", default=[], metavar="PATH", help="a part of the suite")
    parser.add_argument("--keyword", default="", metavar="EXPRESSION", help="as pytest's -k")
    found = parser.parse_args()
    found.sources = {
        name: found.source if name == found.suite and found.source else _given(name)
        for name in SUITES
    }
    found.suites = [SUITES[found.suite]] if found.suite else _possible(found.sources)
    for suite in found.suites:
        _refuse(parser, suite, found)
    return found


def _given(name: str) -> Path | None:
    path = os.environ.get(f"{name.upper()}_SOURCE", "")
    return Path(path).resolve() if path else None


def _possible(sources: dict[str, Path | None]) -> list[Suite]:
    """Every suite that can be run, the others named so that none is left out unseen."""
    for name, suite in SUITES.items():
        if suite.source and sources[name] is None:
            print(f"{name}: not run, since `{name.upper()}_SOURCE` names no unpacked source tree")
    return [each for each in SUITES.values() if not each.source or sources[each.name] is not None]


def _refuse(parser: argparse.ArgumentParser, suite: Suite, found: argparse.Namespace) -> None:
    source = found.sources[suite.name]
    if suite.source and (source is None or not (source / suite.paths[0]).is_dir()):
        parser.error(f"`{suite.name}` needs --source: a folder that holds `{suite.paths[0]}`")
    for mode in found.mode or ():
        if mode not in suite.modes:
            known = ", ".join(suite.modes)
            parser.error(f"there is no `{mode}` for `{suite.name}`: one of {known}")


def run(suite: Suite, mode: str, database: str, arguments: argparse.Namespace) -> bool:
    """Run one suite once, print the verdict, keep the outcomes. True: as listed."""
    whole = not (arguments.only or arguments.keyword)
    began = time.monotonic()
    work = Path(tempfile.mkdtemp(prefix=f"foreign-{suite.name}-"))
    try:
        code, found = _pytest(suite, mode, database, arguments, work)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    if not found:
        print(f"{suite.name} {database} {mode}: pytest ended with {code} and no outcomes")
        return False
    outcomes: dict[str, str] = found["outcomes"]
    verdict = judge(outcomes, listed(suite, mode, database), whole=whole)
    lost = _lost(suite, database, outcomes) if whole else []
    if whole:
        RESULTS.mkdir(parents=True, exist_ok=True)
        _kept(suite, mode, database).write_text(json.dumps(found, indent=1, sort_keys=True))
    title = f"{suite.name} {database} {mode}, {time.monotonic() - began:.0f} s"
    _tell(title, verdict, lost, found["words"])
    # 0 all passed, 1 some failed; else pytest itself could not do its work.
    return verdict.good and not lost and code in (0, 1)


def _pytest(
    suite: Suite, mode: str, database: str, arguments: argparse.Namespace, work: Path
) -> tuple[int, dict[str, Any]]:
    source = arguments.sources[suite.name]
    base = copied(source, work) if suite.source else work
    engine = engine_copied(work)
    result = work / "result.json"
    environment = {
        **os.environ,
        **suite.environment,
        "PYTHONPATH": os.pathsep.join([*(str(base / root) for root in suite.roots), str(engine)]),
        "DJANGO_SETTINGS_MODULE": "foreign.overlay",
        "FOREIGN_SUITE": suite.name,
        "FOREIGN_MODE": mode,
        "FOREIGN_DATABASE": database,
        "FOREIGN_RESULT": str(result),
        "FOREIGN_WORK": str(work),
    }
    if mode != "stock":
        environment["FOREIGN_PRIVACY"] = str(privacy(suite, mode, work))
    paths = arguments.only or suite.paths
    done = subprocess.run(
        [
            sys.executable, "-m", "pytest", "-q", "--tb=short", "--disable-warnings",
            "--color=no", "-p", "foreign.plugin", "-p", "no:cacheprovider",
            "--ds=foreign.overlay", f"--rootdir={base if suite.source else PACKAGES}",
            "-n", str(arguments.workers),
            *(("-k", arguments.keyword) if arguments.keyword else ()),
            *(("--pyargs",) if not suite.source else ()), *suite.options, *paths,
        ],
        cwd=base, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / f"{suite.name}-{database}-{mode}.log").write_text(done.stdout)
    if not result.exists():
        print(done.stdout[-4000:])
        return done.returncode, {}
    found: dict[str, Any] = json.loads(result.read_text())
    return done.returncode, found


def _kept(suite: Suite, mode: str, database: str) -> Path:
    return RESULTS / f"{suite.name}-{database}-{mode}.json"


def _lost(suite: Suite, database: str, outcomes: dict[str, str]) -> list[str]:
    """Tests that the last stock run has and this one not, or that ran there and are skipped."""
    path = _kept(suite, "stock", database)
    if not path.exists():
        return []
    stock: dict[str, str] = json.loads(path.read_text())["outcomes"]
    return sorted(
        test
        for test, outcome in stock.items()
        if test not in outcomes or (outcomes[test] == "skipped" and outcome != "skipped")
    )


def _tell(title: str, verdict: Verdict, lost: list[str], words: dict[str, str]) -> None:
    print(
        f"{title}: {verdict.passed} passed, {len(verdict.listed) + len(verdict.new)} failed "
        f"({len(verdict.listed)} listed), {verdict.skipped} skipped"
    )
    for test in verdict.new:
        print(f"  not listed: {test}\n    {''.join(words.get(test, '').strip().splitlines()[:1])}")
    for test in verdict.mended:
        print(f"  listed, but it passes or is gone: {test}")
    for test in lost:
        print(f"  ran on the stock backend, not here: {test}")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
