"""`manage.py upheld seal`."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from typing import TextIO

from upheld.guard.converting import Converted, convert


class Seal:
    """Exit 0 when every stored value is in the form that map and policy ask for, 1 when
    some are not (`--check`) or could not be opened."""

    help = "seal clear text in sealed columns, and values sealed under a former name"

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--database", default="default", help="alias of the database")
        parser.add_argument("--check", action="store_true", help="only count, change nothing")
        parser.add_argument(
            "--slice", type=int, default=200, help="rows in one transaction (200)", dest="rows"
        )

    def run(self, options: Namespace, out: TextIO) -> int:
        done = convert(using=options.database, slice_size=options.rows, dry_run=options.check)
        if options.json:
            out.write(json.dumps([asdict(column) for column in done]) + "\n")
        else:
            for line in _lines(done, options.check):
                out.write(line + "\n")
        return int(any(column.left or (options.check and column.open_work) for column in done))


def _lines(done: list[Converted], check: bool) -> list[str]:
    if not done:
        return ["every value is in the form that map and policy ask for"]
    lines = []
    for column in done:
        counts = {
            "to seal" if check else "sealed": column.sealed,
            "to renew" if check else "renewed": column.renewed,
            "to open" if check else "opened": column.opened,
            "left as they are (they cannot be opened)": column.left,
        }
        told = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
        lines.append(f"{column.label}: {told}")
    return lines
