"""`manage.py upheld prove`: run the probes, report by sentence and by row of the register."""

from __future__ import annotations

import argparse
import json
from typing import Any, TextIO

from upheld.ports import Subcommand
from upheld.proving.inspection.commands import COMMANDS as INSPECTION
from upheld.proving.requirements import RequirementReport, by_requirement
from upheld.proving.run import Proof, SentenceReport, by_sentence, prove

MARKS = {"kept": "kept   ", "broken": "BROKEN ", "outside": "outside"}
STANDINGS = {
    "kept": "kept     ",
    "broken": "BROKEN   ",
    "later": "later    ",
    "statement": "statement",
    "untried": "UNTRIED  ",
}


class Prove:
    """Try to break every promise on the running site."""

    help = "run the probes of every rule and report each sentence as kept, broken or outside"

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--only", default="", help="run probes whose id or rule contains this")
        parser.add_argument("--database", default="default")
        parser.add_argument("--no-record", action="store_true", help="do not keep the results")

    def run(self, options: argparse.Namespace, out: TextIO) -> int:
        proofs = prove(options.database, only=options.only, record=not options.no_record)
        sentences = [] if options.only else by_sentence(proofs)
        rows = [] if options.only else by_requirement(proofs)
        if options.json:
            json.dump(_as_data(proofs, sentences, rows), out, indent=2)
            out.write("\n")
        else:
            _write(proofs, sentences, rows, out)
        broken = any(proof.finding.result == "broken" for proof in proofs)
        return 1 if broken or any(row.result in ("broken", "untried") for row in rows) else 0


def _write(
    proofs: list[Proof],
    sentences: list[SentenceReport],
    rows: list[RequirementReport],
    out: TextIO,
) -> None:
    for report in sentences:
        out.write(f"{MARKS[report.result]}  {report.text}  [{report.id}]\n")
    out.write("\n" if sentences else "")
    for row in rows:
        out.write(f"{STANDINGS[row.result]}  {row.id}{f': {row.note}' if row.note else ''}\n")
    out.write("\n" if rows else "")
    for proof in proofs:
        if proof.finding.result == "broken":
            out.write(f"BROKEN   {proof.probe.id}: tried to {proof.probe.title}\n")
            out.write(f"         {proof.finding.detail}\n")
    counts = {name: sum(p.finding.result == name for p in proofs) for name in MARKS}
    told = {name: sum(s.result == name for s in sentences) for name in MARKS}
    if sentences:
        out.write(
            f"sentences: {told['kept']} kept, {told['broken']} broken, "
            f"{told['outside']} to be checked from outside\n"
        )
    if rows:
        standing = {name: sum(row.result == name for row in rows) for name in STANDINGS}
        counted = ", ".join(f"{n} {name}" for name, n in standing.items() if n or name != "untried")
        out.write(f"register: {counted}\n")
    out.write(
        f"probes: {counts['kept']} kept, {counts['broken']} broken, {counts['outside']} outside\n"
    )


def _as_data(
    proofs: list[Proof], sentences: list[SentenceReport], rows: list[RequirementReport]
) -> dict[str, Any]:
    return {
        "probes": [
            {
                "id": proof.probe.id,
                "rule": proof.probe.rule,
                "tried": proof.probe.title,
                "says": proof.probe.says,
                "result": proof.finding.result,
                "detail": proof.finding.detail,
            }
            for proof in proofs
        ],
        "sentences": [
            {
                "id": report.id,
                "text": report.text,
                "result": report.result,
                "probes": [proof.probe.id for proof in report.proofs],
            }
            for report in sentences
        ],
        "register": [
            {
                "id": row.id,
                "result": row.result,
                "note": row.note,
                "probes": [proof.probe.id for proof in row.proofs],
            }
            for row in rows
        ],
    }


COMMANDS: dict[str, Subcommand] = {"prove": Prove(), **INSPECTION}
