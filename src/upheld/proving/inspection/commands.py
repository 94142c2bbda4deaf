"""`manage.py upheld inspect`: look at the server, print the report, keep the weaknesses."""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime
from typing import Any, TextIO

from upheld.proving.inspection.models import Weakness
from upheld.proving.inspection.repairing import RepairRefused, overdue, repaired
from upheld.proving.inspection.running import Told, due_on, inspect

MARKS = {"fine": "fine   ", "weak": "WEAK   ", "unknown": "unknown"}
FINE, FINDINGS, WRONG_USE = 0, 1, 2


class Inspect:
    """Exit 0 when nothing is weak or waits for repair, 1 otherwise, 2 for a refused step."""

    help = "inspect the server's safety, keep what is weak until it is repaired and seen again"

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--database", default="default")
        parser.add_argument(
            "--if-due", action="store_true", help="only when the policy's interval is over"
        )
        parser.add_argument("--repaired", type=int, metavar="N", help="weakness N is repaired")
        parser.add_argument("--words", default="", help="what was done, with `--repaired`")

    def run(self, options: argparse.Namespace, out: TextIO) -> int:
        using = options.database
        if options.repaired is not None:
            return _repair(options, out)
        if options.if_due:
            day = due_on(using)
            if day is None or day > datetime.now(UTC).date():
                out.write(json.dumps({"next": str(day)}) if options.json else f"not due: {day}")
                out.write("\n")
                return FINE
        _, told = inspect(using)
        waiting = list(Weakness.objects.using(using).filter(looked_at__isnull=True))
        if options.json:
            json.dump(_as_data(told, waiting), out, indent=2)
            out.write("\n")
        else:
            _write(told, waiting, out)
            late = overdue(using=using)
            if late:
                out.write(f"{len(late)} overdue\n")
        return FINDINGS if waiting else FINE


def _repair(options: argparse.Namespace, out: TextIO) -> int:
    try:
        row = repaired(options.repaired, options.words, using=options.database)
    except RepairRefused as refusal:
        out.write(f"error: {refusal.message}; {refusal.hint}\n")
        return WRONG_USE
    out.write(f"weakness {row.pk} is repaired; somebody else must look again\n")
    return FINE


def _write(told: list[Told], waiting: list[Weakness], out: TextIO) -> None:
    for each in told:
        out.write(f"{MARKS[each.result]}  {each.look.title}")
        out.write(f" ({each.reason})\n" if each.reason else "\n")
    out.write("\n" if waiting else "")
    for row in waiting:
        state = "repaired, waits for a second look" if row.repaired_at else f"until {row.due_on}"
        out.write(f"{row.pk}  {row.severity}: {row.what} ({state})\n")


def _as_data(told: list[Told], waiting: list[Weakness]) -> dict[str, Any]:
    return {
        "looks": [
            {
                "id": each.look.id,
                "title": each.look.title,
                "result": each.result,
                "reason": each.reason,
            }
            for each in told
        ],
        "weaknesses": [
            {
                "id": row.pk,
                "what": row.what,
                "severity": row.severity,
                "found_at": row.found_at.isoformat(),
                "due_on": str(row.due_on),
                "repaired_at": row.repaired_at.isoformat() if row.repaired_at else None,
            }
            for row in waiting
        ],
    }


COMMANDS = {"inspect": Inspect()}
