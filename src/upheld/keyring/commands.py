"""`manage.py upheld rotate-keys`."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from typing import TextIO

from upheld.keyring.rotation import Rotation, rotate


class RotateKeys:
    """Exit 0 when every key is under the new key-encryption key and the old one is gone,
    1 when something is left to do."""

    help = "change the key-encryption key while the site runs; finishes an interrupted run"

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--database", default="default", help="alias of the database")
        parser.add_argument(
            "--no-new-key",
            action="store_true",
            help="only move keys to the current key-encryption key",
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def run(self, options: Namespace, out: TextIO) -> int:
        done = rotate(using=options.database, new_key=not options.no_new_key)
        if options.json:
            out.write(json.dumps(asdict(done)) + "\n")
        else:
            for line in _lines(done):
                out.write(line + "\n")
        return 1 if done.remaining or done.kept else 0


def _lines(done: Rotation) -> list[str]:
    lines = [f"key-encryption key in use: {done.current}"]
    if done.resumed:
        lines.append("finished a rotation that was interrupted")
    lines.append(f"keys wrapped anew: {done.rewrapped}")
    lines += [f"retired: {kek_id}" for kek_id in done.retired]
    lines += [
        f"not retired: {kek_id} (in use, or kept elsewhere; run again later)"
        for kek_id in done.kept
    ]
    if done.remaining:
        lines.append(f"keys still to wrap anew: {done.remaining} (run again)")
    return lines


COMMANDS = {"rotate-keys": RotateKeys()}
