"""One worker process of the concurrency tests: `python -m tests.journal.worker MODE ...`.

It prints the mark of an event once its transaction has committed, so whatever was printed
must be in the log, however the process ended.
"""

from __future__ import annotations

import json
import sys
import time

import django

django.setup()

from collections import Counter  # noqa: E402 - after the set-up

from django.core.management import call_command  # noqa: E402 - after the set-up
from django.db import transaction  # noqa: E402 - after the set-up

from upheld import journal  # noqa: E402 - after the set-up
from upheld.evidence.leaf import decode  # noqa: E402 - after the set-up
from upheld.journal import Event  # noqa: E402 - after the set-up
from upheld.journal.models import Inbox, Leaf  # noqa: E402 - after the set-up


def prepare() -> None:
    call_command("migrate", run_syncdb=True, verbosity=0)


def write(name: str, count: int) -> None:
    for number in range(count):
        mark = f"{name}-{number}"
        event = Event(
            "export",
            subjects=(f"member:{number % 7}", f"member:{name}"),
            details={"mark": mark},
        )
        if number % 2:
            with journal.buffered():
                journal.note(event)
        else:
            with transaction.atomic():
                journal.write_now(event)
        print(mark, flush=True)


def sequence() -> None:
    while True:
        journal.sequence()
        print("done", flush=True)
        time.sleep(0.005)


def report() -> None:
    journal.sequence()
    found = journal.verify()
    texts = Leaf.objects.values_list("text", flat=True)
    marks = Counter(decode(text).details["mark"] for text in texts)
    print(
        json.dumps(
            {
                "findings": [finding.message for finding in found.findings],
                "size": found.size,
                "waiting": Inbox.objects.count(),
                "marks": marks,
            }
        )
    )


if __name__ == "__main__":
    mode, *rest = sys.argv[1:]
    if mode == "prepare":
        prepare()
    elif mode == "write":
        write(rest[0], int(rest[1]))
    elif mode == "sequence":
        sequence()
    else:
        report()
