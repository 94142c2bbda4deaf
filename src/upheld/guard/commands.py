"""`manage.py upheld report`."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from typing import TextIO

from upheld.guard.report import Place, report
from upheld.guard.secondline.commands import COMMANDS as SECOND_LINE
from upheld.ports import Subcommand


class Report:
    """Exit 0 when nothing was refused, 1 when something was or would be."""

    help = "show what was refused, or would be under enforce, and what would allow it"

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--database", default="default", help="alias of the database")
        parser.add_argument(
            "--observed", action="store_true", help="only what observe mode let pass"
        )

    def run(self, options: Namespace, out: TextIO) -> int:
        places = report(options.database)
        if options.observed:
            places = [p for p in places if any(not f.enforced for f in p.findings)]
        if options.json:
            out.write(json.dumps([asdict(place) for place in places], default=str) + "\n")
        else:
            for line in _lines(places):
                out.write(line + "\n")
        return 1 if places else 0


def _lines(places: list[Place]) -> list[str]:
    if not places:
        return ["nothing was refused"]
    lines = []
    for place in places:
        lines.append(place.name or "outside any route")
        for f in place.findings:
            verb = "refused" if f.enforced else "would refuse"
            purpose = f" for `{f.purpose}`" if f.purpose else " without a purpose"
            lines.append(
                f"  {verb} {f.count}x: {f.action} `{f.target}`{purpose} ({f.actor}, {f.reason})"
            )
        lines += [f"  to allow it: {change}" for change in place.changes]
    return lines


COMMANDS: dict[str, Subcommand] = {"report": Report(), **SECOND_LINE}
