"""`manage.py upheld bounces`: read what came back and mail less where it must be."""

from __future__ import annotations

import json
import sys
import time
from argparse import ArgumentParser, Namespace
from collections import Counter
from typing import TextIO

from django.db import close_old_connections
from imapclient.exceptions import IMAPClientError

from upheld.mail.bounces.mailbox import fetch, where

FINE, FINDINGS = 0, 1


class Bounces:
    """Exit 0 when the mailbox was read, 1 when it could not be."""

    help = "read bounces and complaints, and stop mailing where nobody is or wants to be"

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--database", default="default")
        parser.add_argument("--every", type=float, default=0, help="seconds between rounds")

    def run(self, options: Namespace, out: TextIO) -> int:
        where()  # settings that cannot work are said before anything is tried
        while True:
            done: Counter[str] = Counter()
            failed = ""
            try:
                done = fetch(using=options.database)
            except (OSError, IMAPClientError) as error:
                # Without the text, in which servers repeat addresses.
                failed = type(error).__name__
                sys.stderr.write(f"the mailbox of bounces could not be read: {failed}\n")
            if done or not options.every:
                out.write((json.dumps(done) if options.json else _said(done)) + "\n")
                out.flush()
            if not options.every:
                return FINDINGS if failed else FINE
            close_old_connections()
            time.sleep(options.every)


def _said(done: Counter[str]) -> str:
    return ", ".join(f"{count} {what}" for what, count in sorted(done.items())) or "nothing new"
