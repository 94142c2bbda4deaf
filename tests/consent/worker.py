"""One worker process that answers or asks: `python -m tests.consent.worker MODE ...`."""

from __future__ import annotations

import sys

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - after the set-up
from django.db import connection  # noqa: E402 - after the set-up
from django.test.utils import CaptureQueriesContext  # noqa: E402 - after the set-up

from upheld import consent  # noqa: E402 - after the set-up


def answer(granted: bool, times: int) -> None:
    for number in range(times):
        recorded = consent.record(
            "member:42",
            "weekly_bundle_mail",
            granted,
            wording=f"Question {number}",
            version="1",
            place="privacy-choices",
            method="form",
        )
        if recorded.changed:
            print(recorded.entry, flush=True)


def ask() -> None:
    """Answer each line read with what holds at that moment."""
    for _ in sys.stdin:
        print(consent.allowed("member:42", "weekly_bundle_mail"), flush=True)


def answer_lines() -> None:
    """Record each line read (`yes`, `no`) and say so when it is committed."""
    for number, line in enumerate(sys.stdin):
        consent.record(
            "member:42",
            "weekly_bundle_mail",
            line.strip() == "yes",
            wording=f"Line {number}",
            version="1",
            place="privacy-choices",
            method="form",
        )
        print("done", flush=True)


def remember() -> None:
    """Answer each line read with what holds, and how many queries that took."""
    for _ in sys.stdin:
        with CaptureQueriesContext(connection) as queries:
            found = consent.allowed("member:42", "weekly_bundle_mail")
        print(found, len(queries), flush=True)


if __name__ == "__main__":
    mode, *rest = sys.argv[1:]
    if mode == "prepare":
        call_command("migrate", run_syncdb=True, verbosity=0)
    elif mode == "answer":
        answer(rest[0] == "yes", int(rest[1]))
    elif mode == "check":
        print(list(consent.differences()), len(consent.history("member:42")))
    elif mode == "answer-lines":
        answer_lines()
    elif mode == "remember":
        remember()
    else:
        ask()
