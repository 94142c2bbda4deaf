"""`manage.py upheld mailboxes`: take letters in, send ours, tidy up."""

from __future__ import annotations

import json
import sys
import time
from argparse import ArgumentParser, Namespace
from typing import Any, TextIO

from django.db import close_old_connections
from imapclient.exceptions import IMAPClientError

from upheld.cases.intake import fetch
from upheld.cases.mailboxes import Mailbox, mailboxes
from upheld.cases.tidying import tidy
from upheld.cases.writing import send_waiting

FINE, FINDINGS = 0, 1


class Mailboxes:
    """Exit 0 when every mailbox was served, 1 when one could not be read."""

    help = "take letters in, send answers, erase from the mailboxes what is erased here"

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--database", default="default")
        parser.add_argument("--only", default="", help="one mailbox by its id")
        parser.add_argument("--every", type=float, default=0, help="seconds between rounds")

    def run(self, options: Namespace, out: TextIO) -> int:
        while True:
            done = {
                id: _serve(mailbox, options.database)
                for id, mailbox in mailboxes().items()
                if options.only in ("", id)
            }
            if not options.every or any(any(each.values()) for each in done.values()):
                out.write((json.dumps(done) if options.json else _said(done)) + "\n")
                out.flush()
            if not options.every:
                return FINDINGS if any("error" in each for each in done.values()) else FINE
            close_old_connections()
            time.sleep(options.every)


def _serve(mailbox: Mailbox, using: str) -> dict[str, Any]:
    """Serve one mailbox. One that cannot be reached must not keep the others waiting."""
    found: dict[str, Any] = {}
    try:
        found |= fetch(mailbox, using=using)
        found |= send_waiting(mailbox, using=using)
        removed = tidy(mailbox, using=using)
    except (OSError, IMAPClientError) as error:
        sys.stderr.write(f"mailbox {mailbox.id}: {type(error).__name__}\n")
        found["error"] = type(error).__name__
    else:
        found |= {"removed": removed} if removed else {}
    return found


def _said(done: dict[str, dict[str, Any]]) -> str:
    lines = [
        f"{id}: " + (", ".join(f"{count} {what}" for what, count in each.items()) or "nothing new")
        for id, each in done.items()
    ]
    return "\n".join(lines) or "no mailbox is declared"


COMMANDS = {"mailboxes": Mailboxes()}
