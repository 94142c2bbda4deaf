"""The retention sweep: what is over goes, every day, without anybody asking.

Safety argument. Only rows and columns go whose every clock has ended by the policy in force
and that no hold keeps; both are looked at again in the transaction that ends them, for rows
that it has locked. A row on which something with a time of its own hangs is emptied and not
deleted. Each slice commits with its event in the evidence log, so what is gone is on record
and what is on record is gone; see `upheld.disposal.slices` for kills and timeouts.
"""

# ruff: noqa: S608  (identifiers come quoted from the map; values are parameters)

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import DEFAULT_DB_ALIAS, Error, transaction
from django.utils import timezone

from upheld.context import Actor, current, purpose
from upheld.datamap.manysql import ROW
from upheld.datamap.pathsql import quoted
from upheld.disposal import anonymous, due, outside
from upheld.disposal.at_once import FILE_TYPES, AtOnce, deleting, emptying
from upheld.disposal.clocks import Ending, Rule, endings
from upheld.disposal.due import Condition
from upheld.disposal.emptying import empty
from upheld.disposal.housekeeping import CHORES
from upheld.disposal.models import SweepRun
from upheld.disposal.outside import What, file_at
from upheld.disposal.removal import children_first, remove
from upheld.disposal.slices import Note, Pace, Work, in_slices
from upheld.guard.direct import Direct
from upheld.journal import here, write_now
from upheld.policy.types import UPKEEP

SWEEPER = Actor("system", "system:sweep")
SAMPLES = 3


@dataclass(frozen=True, slots=True)
class Due:
    """What is due by one rule: how many rows, and the keys of a few."""

    rule: str
    purposes: tuple[str, ...]
    columns: tuple[str, ...]
    action: str
    """`delete`, `empty` or `anonymise`."""
    rows: int
    samples: tuple[str, ...] = ()


@dataclass(slots=True)
class Report:
    """What a sweep did. `ended` is rule -> rows, `chores` what else was tidied up,
    `problems` rules that stopped with an error, `overdue` rows left that are overdue."""

    day: date
    ended: dict[str, int] = field(default_factory=dict)
    chores: dict[str, int] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    overdue: int = 0
    slices: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """One pass over one table."""

    name: str
    ending: Ending
    action: str
    columns: tuple[Any, ...]
    purposes: tuple[str, ...]
    condition: Callable[[], Condition]
    act: Callable[[list[Any]], int]
    at_once: AtOnce | None = None
    unless: str = ""
    """Name of a step that leaves this one nothing to do, unless it failed."""


def today_utc() -> date:
    """The day the sweep counts by."""
    return datetime.now(UTC).date()


def look(using: str = DEFAULT_DB_ALIAS, *, today: date | None = None) -> list[Due]:
    """Say what a sweep would end, with counts and samples; changes nothing."""
    direct = Direct(using)
    found = []
    for step in steps(today or today_utc(), direct):
        if step.unless:
            continue
        condition = step.condition()
        rows = _count(step.ending, condition, direct)
        if rows:
            samples = _samples(step.ending, condition, direct)
            columns = tuple(column.label for column in step.columns)
            found.append(Due(step.name, step.purposes, columns, step.action, rows, samples))
    return found


def overdue(using: str = DEFAULT_DB_ALIAS, *, today: date | None = None) -> dict[str, int]:
    """Return rule -> rows that should have gone by the end of yesterday; empty = none.

    A row is due on the day its last clock ends and overdue on the next.
    """
    direct = Direct(using)
    day = (today or today_utc()) - timedelta(days=1)
    found: dict[str, int] = {}
    for ending in endings():
        for rule in ending.rules:
            rows = _count(ending, _still_there(ending, rule, day, direct), direct)
            if rows:
                found[rule.id] = found.get(rule.id, 0) + rows
    return found


def _still_there(ending: Ending, rule: Rule, day: date, direct: Direct) -> Condition:
    if anonymous.can_anonymise(ending):
        return anonymous.due(ending, day, direct)
    return due.columns_due(rule, day, direct)


def sweep(
    using: str = DEFAULT_DB_ALIAS,
    *,
    today: date | None = None,
    pace: Pace | None = None,
    progress: Callable[[str, int], None] | None = None,
    chores: bool = True,
) -> Report:
    """End everything that is due and tidy up; returns what was done.

    A run that was interrupted is taken up. `progress` is told (rule, rows so far).
    """
    day = today or today_utc()
    report = Report(day)
    run = _begin(day, using)
    chosen = pace or Pace()
    with purpose(UPKEEP, actor=SWEEPER, place=current().place or "sweep"):
        for step in steps(day, Direct(using)):
            if step.unless and step.unless not in report.problems:
                continue
            try:
                work = Work(
                    step.ending.model,
                    step.condition,
                    step.act,
                    _noting(step, run, using),
                    step.at_once,
                )
                for rows in in_slices(work, run, chosen, using):
                    report.ended[step.name] = report.ended.get(step.name, 0) + rows
                    if progress is not None:
                        progress(step.name, report.ended[step.name])
            except Error as error:
                # One table that cannot be swept must not keep the others.
                report.problems[step.name] = type(error).__name__
        for name, chore in CHORES.items() if chores else ():
            try:
                done = chore(using)
            except Error as error:
                report.problems[name] = type(error).__name__
                continue
            if done:
                report.chores[name] = done
        report.overdue = sum(overdue(using, today=day).values())
    _finish(run, report, using)
    return report


def steps(day: date, direct: Direct) -> Iterator[Step]:
    """Every pass in order: rows that point at others before those."""
    for ending in _children_first(endings()):
        if anonymous.can_anonymise(ending):
            yield from _anonymous_steps(ending, day, direct)
            continue
        whole = _whole_step(ending, day, direct) if ending.whole else None
        if whole is not None:
            yield whole
        for rule in ending.rules:
            step = _column_step(rule, ending, day, direct)
            if whole is not None and _goes_with_rows(rule, ending, direct):
                step = replace(step, unless=whole.name)
            yield step


def _goes_with_rows(rule: Rule, ending: Ending, direct: Direct) -> bool:
    """Whether rows go whenever the rule's columns end, so that nothing is left to empty.

    Of a hold that is placed while the sweep runs, the next run knows.
    """
    if due.may_hang_on_it(ending.model):
        return False
    same_time = {(c.event, c.period) for c in rule.clocks} == {
        (c.event, c.period) for c in ending.clocks
    }
    return same_time and not due.holds_in_force(set(ending.holds) - set(rule.holds), direct)


def _whole_step(ending: Ending, day: date, direct: Direct) -> Step:
    def act(keys: list[Any]) -> int:
        outside.write_tasks(_files(ending, keys, direct), using=direct.using)
        return remove(ending.model, keys, direct)

    return Step(
        f"{ending.model.label}: rows after "
        + " and ".join(f"{c.event} + {c.period}" for c in ending.clocks),
        ending,
        "delete",
        tuple(column for rule in ending.rules for column in rule.columns),
        tuple(dict.fromkeys(name for rule in ending.rules for name in rule.purposes)),
        lambda: due.whole_rows(ending, day, direct),
        act,
        deleting(ending.model, direct),
    )


def _column_step(rule: Rule, ending: Ending, day: date, direct: Direct) -> Step:
    return Step(
        f"{rule.id}: {', '.join(column.field.name for column in rule.columns)}",
        ending,
        "empty",
        rule.columns,
        rule.purposes,
        lambda: due.columns_due(rule, day, direct),
        lambda keys: empty(rule.model, keys, rule.columns, direct),
        emptying(rule.model, rule.columns, direct),
    )


def _anonymous_steps(ending: Ending, day: date, direct: Direct) -> Iterator[Step]:
    purposes = tuple(dict.fromkeys(name for rule in ending.rules for name in rule.purposes))
    when = " and ".join(f"{c.event} + {c.period}" for c in ending.clocks)
    yield Step(
        f"{ending.model.label}: person after {when}",
        ending,
        "anonymise",
        anonymous.going(ending),
        purposes,
        lambda: anonymous.due(ending, day, direct),
        lambda keys: anonymous.anonymise(ending, keys, direct),
    )
    yield Step(
        f"{ending.model.label}: small groups after {when}",
        ending,
        "empty",
        anonymous.staying(ending),
        purposes,
        lambda: anonymous.in_small_groups(ending, day, direct),
        lambda keys: empty(ending.model, keys, anonymous.staying(ending), direct),
    )


def _noting(step: Step, run: SweepRun, using: str) -> Note:
    def note(rows: int) -> None:
        write_now(
            here(
                "erasure",
                model=step.ending.model.label,
                categories=tuple(dict.fromkeys(column.category for column in step.columns)),
                rows=rows,
                decision=f"retention: {step.action}",
                details={"rule": step.name, "run": str(run.pk)},
            ),
            using=using,
        )

    return note


def _files(ending: Ending, keys: list[Any], direct: Direct) -> list[tuple[str, What]]:
    """Tasks for the files of rows that go."""
    model = ending.model
    columns = [c for c in model.columns if c.field.get_internal_type() in FILE_TYPES]
    if not columns:
        return []
    pk: Any = model.model._meta.pk
    names = ", ".join(quoted(column.column) for column in columns)
    sql = f"SELECT {names} FROM {quoted(model.table)} WHERE "
    return [
        file_at(column.label, str(name))
        for row in direct.rows_among(sql, quoted(pk.column), keys)
        for column, name in zip(columns, row, strict=True)
        if name
    ]


def _count(ending: Ending, condition: Condition, direct: Direct) -> int:
    sql = f"SELECT COUNT(*) FROM {quoted(ending.model.table)} {ROW} WHERE {condition.sql}"
    return int(direct.rows(sql, condition.params)[0][0])


def _samples(ending: Ending, condition: Condition, direct: Direct) -> tuple[str, ...]:
    pk: Any = ending.model.model._meta.pk
    key = f"{ROW}.{quoted(pk.column)}"
    sql = (
        f"SELECT {key} FROM {quoted(ending.model.table)} {ROW} WHERE {condition.sql}"
        f" ORDER BY {key} LIMIT {SAMPLES}"
    )
    return tuple(str(row[0]) for row in direct.rows(sql, condition.params))


def _begin(day: date, using: str) -> SweepRun:
    runs = SweepRun.objects.using(using)
    with transaction.atomic(using=using):
        unfinished = runs.filter(finished_at__isnull=True).order_by("-started_at").first()
        if unfinished is not None:
            unfinished.day = day
            unfinished.save(using=using, update_fields=["day"])
            return unfinished
        return runs.create(day=day, started_at=timezone.now())


def _finish(run: SweepRun, report: Report, using: str) -> None:
    run.refresh_from_db(using=using)
    run.finished_at = timezone.now()
    for name, rows in (*report.ended.items(), *report.chores.items()):
        run.counts[name] = run.counts.get(name, 0) + rows
    run.overdue = report.overdue
    report.slices = run.slices
    run.save(using=using, update_fields=["finished_at", "counts", "overdue"])


def _children_first(all_: tuple[Ending, ...]) -> list[Ending]:
    by_model = {ending.model: ending for ending in all_}
    return [by_model[model] for model in children_first(tuple(by_model))]
