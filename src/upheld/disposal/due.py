"""The SQL of what is due: rows of a model whose time is over and that nothing holds.

Conditions call the row `ROW`; see `upheld.datamap.manysql`.
"""

# ruff: noqa: S608  (identifiers come quoted from the map; values are parameters)

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import DateTimeField, QuerySet

from upheld.datamap.bound import BoundColumn, BoundModel
from upheld.datamap.fragments import subject_rows
from upheld.datamap.manysql import ROW, date_before
from upheld.datamap.pathsql import quoted
from upheld.disposal.clocks import Clock, Ending, Rule
from upheld.disposal.emptying import not_empty_sql
from upheld.disposal.models import LegalHold
from upheld.disposal.removal import Pointing, is_about_people, pointing_at
from upheld.guard.direct import Direct


@dataclass(frozen=True, slots=True)
class Condition:
    """A piece of a WHERE with its parameters."""

    sql: str
    params: tuple[Any, ...] = ()

    def __and__(self, other: Condition) -> Condition:
        return Condition(f"{self.sql} AND {other.sql}", self.params + other.params)


def over(model: BoundModel, clocks: Iterable[Clock], today: date, direct: Direct) -> Condition:
    """True where every clock has ended. An event that has not happened has not ended."""
    parts: list[str] = []
    params: list[Any] = []
    for clock in clocks:
        path = model.event_dates[clock.event]
        parts.append(date_before(model, path))
        params.append(_first_moment_kept(model, path, clock.ended_on(today), direct))
    return Condition(" AND ".join(parts), tuple(params))


def _first_moment_kept(model: BoundModel, path: str, last: date, direct: Direct) -> Any:
    field: Any = model.model._meta.get_field(path.split(".")[0])
    for step in path.split(".")[1:]:
        field = field.related_model._meta.get_field(step)
    following = last + timedelta(days=1)
    if isinstance(field, DateTimeField):
        moment = datetime.combine(following, time(), UTC)
        return field.get_db_prep_value(moment, direct.connection)
    return field.get_db_prep_value(following, direct.connection)


def not_held(model: BoundModel, holds: Iterable[str], direct: Direct) -> Condition:
    """True where none of these holds is in force on a person of the row."""
    wanted = list(holds)
    found = Condition("1 = 1")
    if not wanted or not model.paths:
        return found
    open_holds = _in_force(wanted, direct)
    for subject in sorted(set(open_holds.values_list("subject", flat=True))):
        sql, params = subject_rows(model, ROW, subject, direct.connection)
        found &= Condition(f"({sql}) IS NOT TRUE", params)  # a row about nobody gives NULL
    return found


def holds_in_force(holds: Iterable[str], direct: Direct) -> bool:
    """Whether any of these holds is in force on anybody."""
    wanted = list(holds)
    return bool(wanted) and _in_force(wanted, direct).exists()


def _in_force(holds: list[str], direct: Direct) -> QuerySet[LegalHold]:
    return LegalHold.objects.using(direct.using).filter(hold__in=holds, released_at__isnull=True)


def says_something(columns: Iterable[BoundColumn], direct: Direct) -> Condition:
    """True where any of the columns is not empty."""
    parts: list[str] = []
    params: list[Any] = []
    for column in columns:
        sql, values = not_empty_sql(column, f"{ROW}.{quoted(column.column)}", direct)
        parts.append(sql)
        params += values
    return Condition("(" + " OR ".join(parts) + ")", tuple(params))


def nothing_hangs_on_it(model: BoundModel) -> Condition:
    """True where no row that has a time of its own, or is protected, points at the row."""
    pk: Any = model.model._meta.pk
    found = Condition("1 = 1")
    for number, one in enumerate(pointing_at(model)):
        if _hangs(one):
            alias = f'"_h{number}"'
            found &= Condition(
                f"NOT EXISTS (SELECT 1 FROM {quoted(one.table)} {alias}"
                f" WHERE {alias}.{quoted(one.column)} = {ROW}.{quoted(pk.column)})"
            )
    return found


def may_hang_on_it(model: BoundModel) -> bool:
    """Whether there are such rows at all, by the schema."""
    return any(_hangs(one) for one in pointing_at(model))


def _hangs(one: Pointing) -> bool:
    clocked = one.bound is not None and is_about_people(one.bound)
    return one.then == "refuse" or (one.then == "cascade" and clocked)


def whole_rows(ending: Ending, today: date, direct: Direct) -> Condition:
    """Rows all of whose time is over, and on which nothing hangs."""
    return (
        over(ending.model, ending.clocks, today, direct)
        & not_held(ending.model, ending.holds, direct)
        & nothing_hangs_on_it(ending.model)
    )


def columns_due(rule: Rule, today: date, direct: Direct) -> Condition:
    """Rows with values of the rule's columns whose time is over."""
    return (
        over(rule.model, rule.clocks, today, direct)
        & not_held(rule.model, rule.holds, direct)
        & says_something(rule.columns, direct)
    )
