"""For each sealed category: look for clear text in what the database really holds."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from django.db import connections

from upheld.context import purpose
from upheld.datamap.active import Active
from upheld.datamap.bound import BoundColumn
from upheld.guard.escape import raw
from upheld.policy.types import UPKEEP
from upheld.proving.registry import Finding, Ground, Probe, makes_probes
from upheld.proving.synthetic import MAKER, person
from upheld.sealing import is_sealed


@makes_probes
def sealed(active: Active) -> Iterator[Probe]:
    """One probe a sealed category."""
    for category in active.policy.data.values():
        if category.sealed is not None and category.sealed.by == "site":
            columns = tuple(
                column
                for column in active.datamap.columns
                if column.category == category.id and column.lookup is not None
            )
            if columns:
                yield Probe(
                    f"sealed.{category.id}",
                    f"data.{category.id}",
                    f"find `{category.id}` in clear text in the database",
                    category.says,
                    partial(_clear_text, columns=columns),
                )


def _clear_text(ground: Ground, columns: tuple[BoundColumn, ...]) -> Finding:
    person(ground.using, with_rows=True)
    connection = connections[ground.using]
    quote = connection.ops.quote_name
    looked_at = 0
    with (
        purpose(UPKEEP, actor=MAKER, place="probe"),
        raw("look for clear text in sealed columns"),
        connection.cursor() as cursor,
    ):
        for column in columns:
            name = quote(column.column)
            cursor.execute(
                f"SELECT {name} FROM {quote(column.table)} "  # noqa: S608 - names come from the bound map
                f"WHERE {name} IS NOT NULL AND {name} <> ''"
            )
            while batch := cursor.fetchmany(1000):
                looked_at += len(batch)
                for (value,) in batch:
                    if not is_sealed(str(value)):
                        return Finding(
                            "broken", f"`{column.label}` holds clear text: run `upheld seal`"
                        )
    return Finding("kept", f"{looked_at} values in {len(columns)} columns, all sealed")
