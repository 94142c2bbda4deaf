"""`manage.py upheld replay`: after restoring a backup."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from typing import TextIO

from upheld.errors import RightsError
from upheld.keyring import tombstones
from upheld.rights.replay import replay

FINE, FINDINGS = 0, 1


class Again:
    """Exit 1 when something is left to be decided by a person."""

    help = "after restoring a backup: erase and withdraw again what was since"

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--database", default="default")
        parser.add_argument("--dry-run", action="store_true", help="say what it would do")
        parser.add_argument(
            "--unsettled",
            action="store_true",
            help="also erase those whose erasure was killed before it could say how it ended",
        )

    def run(self, options: Namespace, out: TextIO) -> int:
        if tombstones.place() is None:
            raise RightsError(
                "nothing is noted outside the database",
                hint="set `KEYS_DIR` or `REPLAY_FILE` in `UPHELD`",
            )
        done = replay(options.database, dry_run=options.dry_run, unsettled=options.unsettled)
        if options.json:
            out.write(json.dumps(asdict(done)) + "\n")
        else:
            verb = "to erase again" if options.dry_run else "erased again"
            out.write(f"{len(done.erased)} {verb}, {done.already} erased already\n")
            out.write(f"{done.withdrawn} consents withdrawn again\n")
            for id in done.unsettled:
                out.write(f"unsettled: erasure {id} was interrupted; see --unsettled\n")
            for id in done.others:
                out.write(f"left alone: the number of erasure {id} is somebody else's now\n")
        return FINDINGS if done.unsettled or done.others else FINE
