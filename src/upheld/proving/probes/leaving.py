"""Side doors: what was read or written rightly does not lie in logs and reports afterwards."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from django.conf import settings
from django.db import connections
from django.utils.module_loading import import_string

from upheld.datamap.active import Active
from upheld.guard.checks import side_doors
from upheld.proving.registry import Finding, Ground, Probe, makes_probes, must
from upheld.proving.synthetic import person


@makes_probes
def leaving(active: Active) -> Iterator[Probe]:
    """One probe for all categories that are kept locked."""
    locked = [category for category in active.policy.data.values() if category.sealed is not None]
    if locked:
        yield Probe(
            "leaving.locked",
            "data",
            "find a locked value in the log of statements or a report of an error",
            tuple(dict.fromkeys(id for category in locked for id in category.says)),
            _let_out,
        )


def _let_out(ground: Ground) -> Finding:
    for message in side_doors():
        return Finding("broken", message.msg)
    connection = connections[ground.using]
    logged, forced = len(connection.queries_log), connection.force_debug_cursor
    connection.force_debug_cursor = True
    try:
        made = person(ground.using, with_rows=True)
        statements = [query["sql"] for query in list(connection.queries_log)[logged:]]
    finally:
        connection.force_debug_cursor = forced
    must(
        not any(made.canary in sql for sql in statements),
        "the log of statements holds a value that was written",
    )
    must(made.canary not in _report(made.canary), "a report of an error holds a value")
    return Finding("kept", f"{len(statements)} statements and a report, no value in them")


def _report(value: str) -> str:
    """What would be shown and mailed of an error that has the value in its text and beside it."""
    mail = f"{value}@mail.example"
    try:
        raise LookupError(f"nobody has {mail}")
    except LookupError:
        reporter = import_string(settings.DEFAULT_EXCEPTION_REPORTER)(None, *sys.exc_info())
        return str(reporter.get_traceback_html()) + str(reporter.get_traceback_text())
