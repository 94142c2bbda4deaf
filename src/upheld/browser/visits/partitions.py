"""The table of single views in a partition a day, on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import connections

from upheld.browser.visits.models import Visit
from upheld.journal.inserting import trusted
from upheld.journal.protection import statements

TABLE = Visit._meta.db_table


def prepare(*, using: str, **_: object) -> None:
    """After each `migrate`: install the functions, and cut the table up if it is whole."""
    connection: Any = connections[using]
    if connection.vendor != "postgresql":
        return
    if TABLE not in connection.introspection.table_names():  # migrated back, or routed away
        return
    with connection.schema_editor() as editor:
        for statement in statements("upheld.browser.visits", connection.vendor):
            editor.execute(statement, params=None)
        # They run as the owner: nobody's own schema may stand before this one.
        for function in ("upheld_visit_make", "upheld_visit_drop"):
            editor.execute(
                f"DO $$ BEGIN EXECUTE format('ALTER FUNCTION {function}(date) SET search_path ="
                " %I, pg_temp', current_schema()); END $$",
                params=None,
            )


def make(days: Iterable[date], using: str) -> None:
    """Make the partitions of these days, where they are not there."""
    connection: Any = connections[using]
    if connection.vendor == "postgresql":
        with trusted(connection), connection.cursor() as cursor:
            for day in sorted(days):
                cursor.execute("SELECT upheld_visit_make(%s)", [day])


def drop(before: date, using: str) -> int:
    """End the single views of all days before `before`; returns how many days (PostgreSQL) or
    views (SQLite) went."""
    connection: Any = connections[using]
    if connection.vendor != "postgresql":
        return Visit.objects.using(using).filter(day__lt=before)._raw_delete(using)
    with trusted(connection), connection.cursor() as cursor:
        cursor.execute("SELECT upheld_visit_drop(%s)", [before])
        return int(cursor.fetchone()[0])
