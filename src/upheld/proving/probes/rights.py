"""Access and erasure on a synthetic person with a row in every table."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator

from django.db import connections

from upheld import rights
from upheld.context import purpose
from upheld.datamap.active import Active
from upheld.guard.escape import raw
from upheld.policy.types import UPKEEP
from upheld.proving.registry import Finding, Ground, Probe, makes_probes
from upheld.proving.synthetic import MAKER, person

ACCESS = ("access", "copy", "portability")


@makes_probes
def own_rights(active: Active) -> Iterator[Probe]:
    """A probe for each right that the engine carries out."""
    for rule in active.policy.rights.values():
        if rule.id in ACCESS:
            yield Probe(
                f"rights.{rule.id}",
                f"rights.{rule.id}",
                "find data of a person that their copy does not show",
                rule.says,
                _complete_copy,
            )
        if rule.id == "erasure":
            yield Probe(
                f"rights.{rule.id}",
                f"rights.{rule.id}",
                "find data of a person after their account was deleted",
                rule.says,
                _complete_erasure,
            )


def _complete_copy(ground: Ground) -> Finding:
    who = person(ground.using, with_rows=True)
    with zipfile.ZipFile(rights.export(who.subject, ground.using)) as bundle:
        text = "".join(
            bundle.read(name).decode() for name in bundle.namelist() if name.startswith("json/")
        )
    shown = rights.by_category(who.subject, ground.using)
    for label, row in who.made.items():
        model = ground.active.datamap.model(label)
        assert model is not None, "rows are made for mapped models only"
        for column in model.columns:
            if not column.category or not _carries(row, column.field.attname, who.canary):
                continue
            seen = {
                entry.instance.pk
                for entry in shown.get(column.category, [])
                if entry.model is model
            }
            if row.pk not in seen:
                return Finding("broken", f"`{column.label}` is not in the copy")
    if who.canary not in text:
        return Finding("broken", "the copy does not hold the person's values")
    return Finding("kept", f"all values of {len(who.made)} rows are in the copy")


def _complete_erasure(ground: Ground) -> Finding:
    who = person(ground.using, with_rows=True)
    other = person(ground.using, with_rows=True)
    before = _bystander(other.subject, ground)
    held = {
        (row.model.table, column.column)
        for row in rights.plan(who.subject, ground.using).rows
        for kept in row.kept
        for column in kept.columns
    }
    receipt = rights.erase(who.subject, ground="a probe", using=ground.using)
    if _bystander(other.subject, ground) != before:
        return Finding("broken", "erasing one person changed another's data")
    found = _in_clear(ground, who.canary, held)
    if found:
        return Finding("broken", f"`{found}` still holds a value of the erased person")
    kept = sum(item["rows"] for item in receipt.content["kept"])
    return Finding(
        "kept", f"{len(who.made)} rows: nothing left but {kept} under a hold named on the receipt"
    )


def _carries(row: object, name: str, canary: str) -> bool:
    return canary in str(getattr(row, name, ""))


def _bystander(subject: str, ground: Ground) -> list[tuple[str, object, tuple[str, ...]]]:
    return [
        (row.model.label, row.instance.pk, tuple(value.shown for value in row.values))
        for row in rights.rows(subject, ground.using)
    ]


def _in_clear(ground: Ground, canary: str, held: set[tuple[str, str]]) -> str:
    """Search every column of every table, mapped or not, but those that a hold keeps.

    Returns the first that has the canary, or empty text.
    """
    connection = connections[ground.using]
    quote = connection.ops.quote_name
    text = "TEXT" if connection.vendor == "sqlite" else "text"
    with (
        purpose(UPKEEP, actor=MAKER, place="probe"),
        raw("search all tables for a canary"),
        connection.cursor() as cursor,
    ):
        for table in connection.introspection.table_names(cursor):
            for column in connection.introspection.get_table_description(cursor, table):
                if (table, column.name) in held:
                    continue
                name = quote(column.name)
                cursor.execute(
                    f"SELECT 1 FROM {quote(table)} "  # noqa: S608 - names come from the database itself
                    f"WHERE CAST({name} AS {text}) LIKE %s LIMIT 1",
                    [f"%{canary}%"],
                )
                if cursor.fetchone():
                    return f"{table}.{column.name}"
    return ""
