"""Cut the links of a row to its person, and try to reach it under every purpose."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import DatabaseError, connections, transaction
from django.db.models import Model

from upheld.context import purpose
from upheld.datamap.active import Active
from upheld.datamap.bound import BoundModel
from upheld.datamap.pathsql import resolved
from upheld.errors import PurposeError
from upheld.guard.direct import Direct
from upheld.guard.unresolved import unresolved
from upheld.policy.semantics import sees_unresolved
from upheld.policy.types import RIGHTS
from upheld.proving.probes.grants import holder_of
from upheld.proving.registry import Finding, Ground, Probe, makes_probes, must
from upheld.proving.synthetic import person


@makes_probes
def rows_of_nobody_known(active: Active) -> Iterator[Probe]:
    """One probe: who cannot be told whose a row is does not use it."""
    yield Probe(
        "rows.unresolved",
        f"purposes.{RIGHTS}",
        "use a row that is somebody's, and nobody knows whose",
        active.policy.purposes[RIGHTS].says,
        _lost,
    )


def _lost(ground: Ground) -> Finding:
    row = _cut_loose(ground)
    if row is None:
        return Finding("kept", "no table has rows whose link to their person can be cut")
    label = row._meta.label
    rows: Any = type(row)._base_manager.using(ground.using).filter(pk=row.pk)
    for rule in ground.active.policy.purposes.values():
        with purpose(rule.id, actor=holder_of(rule), place="probe"):
            seen = _is_seen(rows, ground.using)
        may = sees_unresolved(rule)
        must(may or not seen, f"a row of `{label}` without a person was found under `{rule.id}`")
        must(seen or not rule.repair, f"a row of `{label}` cannot be repaired under `{rule.id}`")
    listed = {orphans.model for orphans in unresolved(ground.using)}
    must(label in listed, f"`upheld unresolved` does not list the row of `{label}`")
    return Finding("kept", f"a row of `{label}` whose person was taken away was out of reach")


def _is_seen(rows: Any, using: str) -> bool:
    try:
        with transaction.atomic(using=using):
            return bool(rows.exists())
    except PurposeError:
        return False


def _cut_loose(ground: Ground) -> Model | None:
    """Make a row and take away what says whose it is; None where nothing can be taken."""
    who = person(ground.using, with_rows=True)
    for label, row in who.made.items():
        model = ground.active.datamap.model(label)
        if model is not None and resolved(model) and _cut(model, row, ground.using):
            return row
    return None


def _cut(model: BoundModel, row: Model, using: str) -> bool:
    pk = model.model._meta.pk
    if pk is None or any(path.hops for path in model.paths):
        return False
    quote = connections[using].ops.quote_name
    key_column = str(pk.column)
    values = {path.column: _empty(model, path.column) for path in model.paths}
    assigned = ", ".join(f"{quote(column)} = %s" for column in values)
    sql = f"UPDATE {quote(model.table)} SET {assigned} WHERE {quote(key_column)} = %s"  # noqa: S608  (names of the bound map)
    key = pk.get_db_prep_value(row.pk, connections[using])
    try:
        with transaction.atomic(using=using):
            return Direct(using).run(sql, [*values.values(), key]) == 1
    except DatabaseError:
        return False  # the table holds its rows to a person itself


def _empty(model: BoundModel, column: str) -> str | None:
    field = next(f for f in model.model._meta.concrete_fields if f.column == column)
    return None if field.null else ""
