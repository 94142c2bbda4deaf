"""The log's commands: thin doors, found by the root command through `COMMANDS`."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any, TextIO

from upheld.errors import EvidenceError
from upheld.journal.checkpoints import checkpoint, receipt_for
from upheld.journal.reading import events_of
from upheld.journal.signing import add_key, verifiers
from upheld.journal.verifying import Report, verify
from upheld.ports import Subcommand

FINE, FINDINGS, WRONG_USE = 0, 1, 2
SHOWN = 100


class VerifyLog:
    help = "verify the evidence log: every leaf, tile and checkpoint"

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--against", metavar="FILE", help="a checkpoint kept elsewhere, checked as well"
        )
        parser.add_argument("--json", action="store_true", help="print JSON")

    def run(self, options: Any, out: TextIO) -> int:
        try:
            against = Path(options.against).read_text("utf-8") if options.against else ""
            report = verify(against=against)
        except (OSError, UnicodeDecodeError, EvidenceError) as error:
            return _wrong(error)
        if options.json:
            print(json.dumps(asdict(report), indent=2), file=out)
        else:
            _print(report, out)
        return FINDINGS if report.findings else FINE


class SignCheckpoint:
    help = "give waiting events their place, sign the log's state and print it"

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--out", metavar="FILE", help="write the checkpoint to this file")
        parser.add_argument(
            "--new-key", action="store_true", help="make a new signing key first; old ones verify"
        )
        parser.add_argument("--json", action="store_true", help="print JSON")

    def run(self, options: Any, out: TextIO) -> int:
        try:
            if options.new_key:
                add_key()
            note = checkpoint()
        except EvidenceError as error:
            if options.json:
                print(json.dumps({"signed": False, "reason": str(error)}), file=out)
            else:
                print(f"not signed: {error}", file=out)
            return FINDINGS
        keys = [key.text for key in verifiers()]
        if options.out:
            try:
                Path(options.out).write_text(note, "utf-8")
            except OSError as error:
                return _wrong(error)
        if options.json:
            print(json.dumps({"signed": True, "checkpoint": note, "keys": keys}), file=out)
        else:
            print(note, end="", file=out)
            for key in keys:
                print(f"key: {key}", file=out)
        return FINE


class GiveReceipt:
    help = "print the receipt of an event, or list a subject's events with `--subject`"

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("event", nargs="?", help="id of the event")
        parser.add_argument("--subject", help="list the events about this subject instead")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def run(self, options: Any, out: TextIO) -> int:
        if (options.event is None) == (options.subject is None):
            return _wrong("give an event or `--subject`, one of the two")
        if options.subject is not None:
            return self._list(options, out)
        try:
            text = receipt_for(options.event)
        except EvidenceError as error:
            return _wrong(error)
        if options.json:
            keys = [key.text for key in verifiers()]
            print(json.dumps({"receipt": text, "keys": keys}), file=out)
        else:
            print(text, end="", file=out)
        return FINE

    def _list(self, options: Any, out: TextIO) -> int:
        entries = events_of(options.subject)
        if options.json:
            print(json.dumps([asdict(entry) for entry in entries], default=str), file=out)
            return FINE
        for entry in entries:
            who = "own" if entry.own else "/".join((entry.actor, *entry.posts))
            print(
                f"{entry.event} {entry.at:%Y-%m-%d %H:%M:%S} {entry.kind} {entry.purpose} "
                f"{who} {entry.model or '-'} rows={entry.rows}",
                file=out,
            )
        return FINE


def _print(report: Report, out: TextIO) -> None:
    for finding in report.findings[:SHOWN]:
        print(f"{finding.problem}: {finding.message}", file=out)
    more = len(report.findings) - SHOWN
    if more > 0:
        print(f"and {more} more findings", file=out)
    state = f"{len(report.findings)} findings" if report.findings else "the log holds"
    print(
        f"{state}: {report.size} leaves, {report.signed} of them signed, "
        f"{report.checkpoints} checkpoints, {report.waiting} events waiting",
        file=out,
    )


def _wrong(error: object) -> int:
    print(f"error: {error}", file=sys.stderr)
    return WRONG_USE


COMMANDS: dict[str, Subcommand] = {
    "verify-log": VerifyLog(),
    "checkpoint": SignCheckpoint(),
    "receipt": GiveReceipt(),
}
