"""`manage.py upheld visits`: the report of visits on the command line."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from typing import TextIO

from upheld.browser.visits.reports import MOST_DAYS, Line, Report, report
from upheld.errors import UpheldError
from upheld.ports import Subcommand

FINE = 0
SHOWN = 10


class Visits:
    """Exit 0 when the report was made; a site that counts no visits is wrong use (2)."""

    help = "show how the site is visited, small groups left out"

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--days", type=int, default=7, help="today and the days before (7)")
        parser.add_argument("--database", default="default", help="alias of the database")

    def run(self, options: Namespace, out: TextIO) -> int:
        if not 1 <= options.days <= MOST_DAYS:
            raise UpheldError(
                f"`--days {options.days}` cannot be shown", hint=f"give 1 to {MOST_DAYS}"
            )
        found = report(options.days, options.database)
        if found is None:
            raise UpheldError(
                "this site counts no visits",
                hint="declare a `technical` category with `anonymous: true` that a purpose writes",
            )
        if options.json:
            out.write(json.dumps(asdict(found), default=str) + "\n")
        else:
            out.writelines(f"{line}\n" for line in _text(found))
        return FINE


def _text(found: Report) -> list[str]:
    lines = [
        f"{found.first} to {found.last}: {found.views} views, {found.visitors} visitors"
        f" (days added up; groups under {found.minimum_group} are left out)"
    ]
    for measure, shown in found.tables.items():
        if shown:
            lines += ["", measure, *(f"  {_line(line)}" for line in shown[:SHOWN])]
    for name, typical, unit in (
        ("dwell", found.dwell, "s"),
        ("load", found.load, "ms"),
        ("speed", found.speed, "ms"),
    ):
        if typical:
            lines += ["", f"{name}, the usual (the slowest tenth), from {unit}"]
            lines += [
                f"  {one.value or 'all pages'}: {one.median} ({one.slowest})"
                for one in typical[:SHOWN]
            ]
    for name, told in (
        ("faults", found.faults),
        ("errors", found.errors),
        ("events", found.events),
    ):
        if told:
            lines += ["", name, *(f"  {_line(line)}" for line in told[:SHOWN])]
    if found.lost:
        lines += ["", f"{found.lost} views were not taken: too many at once"]
    return lines


def _line(line: Line) -> str:
    views = "few" if line.views is None else str(line.views)
    visitors = f", {line.visitors} visitors" if line.visitors else ""
    detail = f" {line.detail}" if line.detail else ""
    return f"{line.value or '(none)'}{detail}: {views}{visitors}"


COMMANDS: dict[str, Subcommand] = {"visits": Visits()}
