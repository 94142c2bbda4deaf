"""The second line, where it is on: ask PostgreSQL itself, past Django and past the guard."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import connections

from upheld.conf import conf
from upheld.datamap.active import Active
from upheld.datamap.pathsql import quoted
from upheld.guard.secondline.apply import structure
from upheld.proving.registry import Finding, Ground, Probe, makes_probes, must


@makes_probes
def second_line(active: Active) -> Iterator[Probe]:
    """Speaks for the sentences of the measure that data are reached by rules alone."""
    measure = active.policy.measures.get("rules_before_data")
    if measure is not None and conf().SECOND_LINE:
        yield Probe(
            "second-line.past-django",
            f"measures.{measure.id}",
            "read people's tables with the site's own login, past Django",
            measure.says,
            _past_django,
        )


def _past_django(ground: Ground) -> Finding:
    if ground.using not in conf().SECOND_LINE:
        return Finding("outside", f"`{ground.using}` has no second line")
    findings = structure(ground.using).plan.findings
    must(not findings, f"the database does not match the policy: {'; '.join(findings[:3])}")
    tables = [model.table for model in ground.active.datamap.models if model.relation != "nobody"]
    there = set(connections[ground.using].introspection.table_names())
    tried = [table for table in tables if table in there]
    for table in tried:
        must(_is_denied(ground.using, table), f"`{table}` can be read without a role")
    return Finding("kept", f"{len(tried)} tables give nothing to a statement without a role")


def _is_denied(using: str, table: str) -> bool:
    """Ask on a cursor of the bare driver, as the login without a role."""
    import psycopg

    connection: Any = connections[using]
    connection.ensure_connection()
    cursor = psycopg.Cursor(connection.connection)
    cursor.execute(b"SAVEPOINT upheld_probe")
    try:
        cursor.execute(b"SET LOCAL ROLE NONE")
        cursor.execute(f"SELECT count(*) FROM {quoted(table)}".encode())  # noqa: S608  (a table of the map)
    except psycopg.errors.InsufficientPrivilege:
        return True
    finally:
        cursor.execute(b"ROLLBACK TO SAVEPOINT upheld_probe")
    return False
