"""`manage.py upheld deliver|hand-overs`: send what waits, and say what went to whom."""

from __future__ import annotations

import json
import time
from argparse import ArgumentParser, Namespace
from typing import Any, TextIO

from django.db import close_old_connections

from upheld.disclosure.delivering import hand_overs
from upheld.disclosure.feeds import feeds
from upheld.disclosure.models import HandOver, Notice
from upheld.disclosure.passing_on import notices

FINE, FINDINGS = 0, 1


class Deliver:
    """Exit 0 when nothing failed, 1 when a recipient refused or was never reached."""

    help = "send queued hand-overs, erasures and corrections to their recipients"

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--database", default="default")
        parser.add_argument("--every", type=float, default=0, help="seconds between rounds")

    def run(self, options: Namespace, out: TextIO) -> int:
        while True:
            done = {
                "hand_overs": dict(hand_overs(using=options.database)),
                "notices": dict(notices(using=options.database)),
            }
            if not options.every or any(done.values()):
                out.write((json.dumps(done) if options.json else _said(done)) + "\n")
                out.flush()
            if not options.every:
                failed = done["hand_overs"].get("failed", 0) + done["notices"].get("refused", 0)
                return FINDINGS if failed else FINE
            close_old_connections()
            time.sleep(options.every)


class HandOvers:
    """Lists feeds with what the policy says to them, then what is open. Exit 1 for a feed that
    may not send what it declares, or a hand-over that failed."""

    help = "list the feeds, and what went to whom"

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--database", default="default")
        parser.add_argument("--last", type=int, default=20, help="how many hand-overs to list")

    def run(self, options: Namespace, out: TextIO) -> int:
        from upheld.errors import UpheldError

        wrong = {}
        for feed in feeds().values():
            try:
                feed.checked()
            except UpheldError as refusal:
                wrong[feed.id] = str(refusal)
        last = HandOver.objects.using(options.database).all()[: options.last]
        waiting = Notice.objects.using(options.database).exclude(state=Notice.DONE)
        found: dict[str, Any] = {
            "feeds": {feed.id: wrong.get(feed.id, "fine") for feed in feeds().values()},
            "hand_overs": [_line(each) for each in last],
            "notices_waiting": waiting.count(),
        }
        if options.json:
            out.write(json.dumps(found, indent=2) + "\n")
        else:
            for id, said in found["feeds"].items():
                out.write(f"feed {id}: {said}\n")
            for line in found["hand_overs"]:
                fields = ", ".join(line["fields"]) or ", ".join(line["categories"])
                out.write(
                    f"{line['at'][:16]}  {line['state']:8} {line['recipient']}: "
                    f"{line['rows']} of {fields}\n"
                )
            out.write(f"erasures and corrections not answered yet: {waiting.count()}\n")
        failed = HandOver.objects.using(options.database).filter(state=HandOver.FAILED).exists()
        return FINDINGS if wrong or failed else FINE


def _line(handover: HandOver) -> dict[str, Any]:
    return {
        "at": handover.queued_at.isoformat(),
        "recipient": handover.recipient,
        "state": handover.state,
        "rows": handover.rows,
        "fields": handover.fields,
        "categories": handover.categories,
        "answer": handover.answer,
    }


def _said(done: dict[str, dict[str, int]]) -> str:
    parts = [
        f"{count} {what.replace('_', '-')} {state}"
        for what, ended in done.items()
        for state, count in ended.items()
    ]
    return ", ".join(parts) or "nothing was due"


COMMANDS = {"deliver": Deliver(), "hand-overs": HandOvers()}
"""By name of `manage.py upheld <name>`."""
