"""Retention on the running site: nothing is overdue, and what is over goes and nothing else."""

# ruff: noqa: S608  (identifiers come quoted from the map; values are parameters)

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.db.models import DateTimeField, Model

from upheld.context import purpose
from upheld.datamap.active import Active
from upheld.datamap.manysql import ROW
from upheld.datamap.pathsql import quoted
from upheld.disposal import due
from upheld.disposal.clocks import Ending, endings
from upheld.disposal.due import Condition
from upheld.disposal.sweep import overdue, steps, today_utc
from upheld.guard.direct import Direct
from upheld.policy.types import UPKEEP
from upheld.proving.registry import Attempt, Finding, Ground, Probe, makes_probes, must
from upheld.proving.synthetic import MAKER, person


@makes_probes
def times(active: Active) -> Iterator[Probe]:
    """A probe for each purpose that keeps data for a time."""
    for rule in active.policy.purposes.values():
        if rule.keep is not None:
            yield Probe(
                f"retention.{rule.id}",
                f"purposes.{rule.id}.keep",
                "find a row that is kept longer than its time",
                rule.says,
                _in_time(rule.id),
            )


def _in_time(name: str) -> Attempt:
    def attempt(ground: Ground) -> Finding:
        mine = [e for e in endings() if any(name in rule.purposes for rule in e.rules)]
        ids = {rule.id for ending in mine for rule in ending.rules if name in rule.purposes}
        late = {rule: rows for rule, rows in overdue(ground.using).items() if rule in ids}
        if late:
            rule, rows = next(iter(late.items()))
            return Finding("broken", f"{sum(late.values())} rows are overdue, {rows} of `{rule}`")
        if not mine:
            return Finding(
                "outside", "no table of the map dates its event: look where such data are kept"
            )
        tried = _age_somebody(name, mine, ground)
        return Finding(
            "kept",
            f"{len(ids)} rules over {len(mine)} tables, no row overdue; "
            f"{tried} made-up rows went in time and not before",
        )

    return attempt


def _age_somebody(name: str, mine: list[Ending], ground: Ground) -> int:
    """Make a person with rows and let their time pass. Raises `Broken`; returns how many rows."""
    direct = Direct(ground.using)
    today = today_utc()
    far = today.replace(year=today.year + 100, day=1)
    who = person(ground.using, with_rows=True)
    made = {label: _key(row, direct) for label, row in who.made.items()}
    _date_events(mine, made, direct)
    with purpose(UPKEEP, actor=MAKER, place="probe"):
        for ending in mine:
            early = _rows(
                ending, made, due.over(ending.model, ending.clocks, today, direct), direct
            )
            must(not early, f"a row of `{ending.model.label}` made today is over today")
        for step in steps(far, direct):
            keys = _rows(step.ending, made, step.condition(), direct)
            if keys:
                step.act(keys)
    tried = 0
    for ending in mine:
        tried += ending.model.label in made
        for rule in ending.rules:
            if name in rule.purposes:
                left = _rows(ending, made, due.columns_due(rule, far, direct), direct)
                must(not left, f"`{rule.id}` is over and its values are still there")
    return tried


def _key(row: Model, direct: Direct) -> object:
    pk: Any = row._meta.pk
    return pk.get_db_prep_value(row.pk, direct.connection)


def _date_events(mine: list[Ending], made: dict[str, object], direct: Direct) -> None:
    """Let what has not happened yet (a case that is open) have happened today."""
    for ending in mine:
        key = made.get(ending.model.label)
        pk: Any = ending.model.model._meta.pk
        for path in ending.model.event_dates.values():
            if key is None or "." in path:
                continue
            field: Any = ending.model.model._meta.get_field(path)
            moment = datetime.now(UTC)
            value = moment if isinstance(field, DateTimeField) else moment.date()
            direct.run(
                f"UPDATE {quoted(ending.model.table)} SET {quoted(field.column)} = %s"
                f" WHERE {quoted(pk.column)} = %s AND {quoted(field.column)} IS NULL",
                [field.get_db_prep_value(value, direct.connection), key],
            )


def _rows(
    ending: Ending, made: dict[str, object], condition: Condition, direct: Direct
) -> list[object]:
    """The made-up row of the model, where the condition holds."""
    if ending.model.label not in made:
        return []
    pk: Any = ending.model.model._meta.pk
    key = f"{ROW}.{quoted(pk.column)}"
    sql = f"SELECT {key} FROM {quoted(ending.model.table)} {ROW} WHERE {condition.sql}"
    found = direct.rows(f"{sql} AND {key} = %s", (*condition.params, made[ending.model.label]))
    return [row[0] for row in found]
