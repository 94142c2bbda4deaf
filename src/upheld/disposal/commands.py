"""`manage.py upheld sweep`: retention from the command line, a cron line or a timer."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from datetime import date
from typing import TextIO

from upheld.disposal.slices import Pace
from upheld.disposal.sweep import Due, Report, look, sweep
from upheld.errors import UpheldError
from upheld.ports import Subcommand

FINE, FINDINGS = 0, 1


class Sweep:
    """Exit 0 when nothing is left that is overdue, 1 when something is or a table failed."""

    help = "end what is kept no longer; run it daily"

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--database", default="default", help="alias of the database")
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would go, change nothing"
        )
        parser.add_argument("--day", help="count by this day (2026-11-22) instead of today")
        parser.add_argument("--slice", type=int, help="rows a transaction (`SWEEP_SLICE`)")
        parser.add_argument("--pause", type=float, help="seconds between them (`SWEEP_PAUSE`)")

    def run(self, options: Namespace, out: TextIO) -> int:
        day = _day(options.day)
        if options.dry_run:
            return _tell(look(options.database, today=day), options.json, out)
        pace = Pace()
        if options.slice is not None:
            pace.size = max(1, options.slice)
        if options.pause is not None:
            pace.pause = max(0.0, options.pause)
        shown = None if options.json or not sys.stderr.isatty() else _progress
        report = sweep(options.database, today=day, pace=pace, progress=shown)
        if options.json:
            out.write(json.dumps(asdict(report), default=str) + "\n")
        else:
            for line in _lines(report):
                out.write(line + "\n")
        return FINDINGS if report.overdue or report.problems else FINE


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UpheldError(f"`{text}` is no day", hint="write it as `2026-11-22`") from None


def _tell(found: list[Due], as_json: bool, out: TextIO) -> int:
    if as_json:
        out.write(json.dumps([asdict(due) for due in found]) + "\n")
        return FINE
    for due in found:
        out.write(f"{due.action} {due.rows} rows: {due.rule}\n")
        out.write(f"  for {', '.join(due.purposes)}; for example {', '.join(due.samples)}\n")
    out.write("nothing was changed\n" if found else "nothing is due\n")
    return FINE


def _lines(report: Report) -> list[str]:
    lines = [f"{rows} rows: {rule}" for rule, rows in report.ended.items()]
    lines += [f"{done}: {chore}" for chore, done in report.chores.items()]
    lines += [f"stopped by {error}: {rule}" for rule, error in report.problems.items()]
    lines.append(f"{report.overdue} rows are overdue")
    return lines


def _progress(rule: str, rows: int) -> None:
    sys.stderr.write(f"\r{rows:>10} {rule[:60]:<60}")
    sys.stderr.flush()


COMMANDS: dict[str, Subcommand] = {"sweep": Sweep()}
