"""What an erasure will do to each row of one or many people, worked out before it is done.

Four ends: a row is deleted; or blanked, when it must stay as a shell (something held or
somebody else's hangs on it); in a blanked row the columns under a hold are kept; and a row
that is another person's too is left as it is.

Everything is asked of whole sets: the number of statements depends on the map and not on how
many people there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from django.db import DEFAULT_DB_ALIAS

from upheld.datamap.active import active
from upheld.datamap.bound import BoundColumn, BoundModel
from upheld.datamap.manysql import rows_of_many
from upheld.datamap.pathsql import quoted
from upheld.datamap.references import split
from upheld.disposal.holds import held
from upheld.disposal.removal import Pointing, pointing_at
from upheld.guard.direct import Direct
from upheld.guard.sessions import sessions_of
from upheld.policy.period import parse_period
from upheld.policy.types import Hold
from upheld.rights.shape import Shape, shape_of, shapes


@dataclass(frozen=True, slots=True)
class Kept:
    """Columns of one row that a hold keeps. `until` None = until somebody releases it."""

    hold: str
    columns: tuple[BoundColumn, ...]
    until: date | None


@dataclass(slots=True)
class RowFate:
    """What becomes of one row. `owners` are the people among those asked for whose it is;
    `extras` the columns that the shape asked for, as the driver gave them."""

    owners: tuple[str, ...]
    extras: tuple[Any, ...]
    kept: tuple[Kept, ...] = ()
    shared: bool = False
    why: str = ""

    @property
    def delete(self) -> bool:
        """Whether the row goes whole."""
        return not self.kept and not self.shared and not self.why

    @property
    def stays(self) -> bool:
        """Whether anything of it stays that something may hang on."""
        return not self.delete


@dataclass(frozen=True, slots=True)
class RowPlan:
    """One row's end. `delete` False = blank every personal column but the kept ones;
    `shared` = somebody else's too, left as it is."""

    model: BoundModel
    pk: object
    delete: bool
    kept: tuple[Kept, ...]
    shared: bool = False
    why: str = ""

    @property
    def kept_columns(self) -> frozenset[str]:
        """Names of the columns that stay as they are."""
        if self.shared:
            return frozenset(column.field.name for column in self.model.columns)
        return frozenset(column.field.name for kept in self.kept for column in kept.columns)


@dataclass(frozen=True, slots=True)
class Plan:
    """All rows of one person, children before the rows they point to."""

    subject: str
    rows: tuple[RowPlan, ...]

    def kept_by_hold(self) -> dict[str, tuple[int, date | None, tuple[str, ...]]]:
        """Return hold id -> (rows, latest end or None, categories kept)."""
        found: dict[str, tuple[int, date | None, tuple[str, ...]]] = {}
        for row in self.rows:
            for kept in row.kept:
                count, until, categories = found.get(kept.hold, (0, date.min, ()))
                end = None if until is None or kept.until is None else max(until, kept.until)
                names = tuple(
                    dict.fromkeys((*categories, *(column.category for column in kept.columns)))
                )
                found[kept.hold] = (count + 1, end, names)
        return found


@dataclass(frozen=True, slots=True)
class Plans:
    """The rows of many people. `fates` has every model with rows, children first."""

    subjects: tuple[str, ...]
    names: Mapping[str, str]
    """Every reference under which rows stand (sessions too) -> whose it is."""
    fates: dict[BoundModel, dict[Any, RowFate]] = field(default_factory=dict)

    def of(self, subject: str) -> Plan:
        """Return the part of one person."""
        rows = (
            RowPlan(model, pk, fate.delete, fate.kept, fate.shared, fate.why)
            for model, held_rows in self.fates.items()
            for pk, fate in held_rows.items()
            if subject in fate.owners
        )
        return Plan(subject, tuple(rows))


def plan(subject: str, using: str = DEFAULT_DB_ALIAS, today: date | None = None) -> Plan:
    """Work out the erasure of `subject`; reads only."""
    return plan_all([subject], using, today).of(subject)


def plan_all(
    subjects: Sequence[str], using: str = DEFAULT_DB_ALIAS, today: date | None = None
) -> Plans:
    """Work out the erasure of many people at once, as if none of them were there; reads only.

    A row that two of them share, and nobody else, goes with them.
    """
    now = today or datetime.now(UTC).date()
    direct = Direct(using)
    names = {subject: subject for subject in subjects} | sessions_of(subjects, using)
    plans = Plans(tuple(subjects), names)
    placed = held(names, using)
    for shape in shapes():
        found = _find(shape, names, direct)
        if found:
            _hold(shape, found, names, placed, now)
            plans.fates[shape.model] = found
    for shape in shapes():
        rows = plans.fates.get(shape.model)
        if rows:
            _share(shape, rows, plans, direct)
            _keep_shells(shape, rows, plans, direct)
    return plans


def _find(shape: Shape, names: Mapping[str, str], direct: Direct) -> dict[Any, RowFate]:
    found: dict[Any, RowFate] = {}
    for statement in rows_of_many(shape.model, list(names), shape.outputs, direct.connection):
        for value, pk, *extras in direct.rows(statement.sql, statement.params):
            owner = names[statement.owners[value]]
            fate = found.get(pk)
            if fate is None:
                found[pk] = RowFate((owner,), tuple(extras))
            elif owner not in fate.owners:
                fate.owners += (owner,)
    return found


def _hold(
    shape: Shape,
    found: dict[Any, RowFate],
    names: Mapping[str, str],
    placed: Mapping[str, tuple[str, ...]],
    today: date,
) -> None:
    by_person: dict[str, set[str]] = {}
    for name, holds in placed.items():
        by_person.setdefault(names[name], set()).update(holds)
    if not shape.holds and not by_person:
        return
    policy = active().policy
    for fate in found.values():
        kept = list(_still_held(shape, fate, today))
        for hold in sorted({h for owner in fate.owners for h in by_person.get(owner, ())}):
            rule = policy.holds.get(hold)
            columns = shape.of_categories(rule.data) if rule else ()
            if columns:
                kept.append(Kept(hold, columns, None))
        fate.kept = tuple(kept)


def _still_held(shape: Shape, fate: RowFate, today: date) -> Iterator[Kept]:
    for at, (hold, columns) in enumerate(shape.holds):
        began = as_date(fate.extras[at])
        if began is None:
            continue
        until = _end(hold, began)
        if until > today:
            yield Kept(hold.id, columns, until)


def _end(hold: Hold, began: date) -> date:
    period = parse_period(hold.period)
    assert period is not None, "the policy's check refuses a hold without a readable period"
    return period.after(began)


def as_date(value: object) -> date | None:
    """Return the day (UTC) of a date or a moment as a driver gives it."""
    if isinstance(value, datetime):
        return (value.astimezone(UTC) if value.tzinfo else value).date()
    if isinstance(value, str):
        return date.fromisoformat(value[:10])
    return value if isinstance(value, date) else None


def _share(shape: Shape, found: dict[Any, RowFate], plans: Plans, direct: Direct) -> None:
    """Rows that somebody else's row points to: an address used by two people's orders."""
    if not any(path.many for path in shape.model.paths):
        return
    for one in pointing_at(shape.model):
        if one.bound is None or not one.bound.paths:
            continue
        own = plans.fates.get(one.bound, {})
        for parent, pk in _pairs(one, found, direct):
            if pk not in own:
                found[parent].shared = True


def _keep_shells(shape: Shape, found: dict[Any, RowFate], plans: Plans, direct: Direct) -> None:
    """Rows that cannot be deleted, with the reason: deleting them would take a held row or
    somebody else's row along, or the database forbids it. Parents follow their shells."""
    # Children come first, so a child's fate is settled before its parents are looked at.
    for one in pointing_at(shape.model):
        if one.then not in ("cascade", "refuse"):
            continue
        if one.bound is None or not one.bound.paths:
            if one.then == "refuse":
                for parent, _ in _pairs(one, found, direct):
                    found[parent].why = "something that is not theirs hangs on it"
            continue
        own = plans.fates.get(one.bound, {})
        for parent, pk in _known_pairs(one, own) if one.derived else _pairs(one, found, direct):
            fate = found.get(parent)
            if fate is None:
                continue
            if pk not in own:
                fate.why = "somebody else's data hangs on it"
            elif own[pk].stays:
                fate.why = fate.why or "something kept hangs on it"
    kind = shape.root_kind
    if kind:
        # The root of held rows stays as an empty shell: the kept rows must still lead to one
        # person when their time is over.
        keeping = _keeping(plans)
        for pk, fate in found.items():
            if any(owner in keeping and split(owner)[0] == kind for owner in fate.owners):
                found[pk].why = fate.why or "kept rows lead to it"


def _keeping(plans: Plans) -> set[str]:
    """People of whom anything is kept."""
    return {
        owner
        for rows in plans.fates.values()
        for fate in rows.values()
        if fate.kept
        for owner in fate.owners
    }


def _pairs(one: Pointing, parents: Iterable[Any], direct: Direct) -> Iterator[tuple[Any, Any]]:
    """(key of the row pointed at, key of the row that points) in the database."""
    pk: Any = one.child._meta.pk
    column = quoted(one.column)
    sql = f"SELECT {column}, {quoted(pk.column)} FROM {quoted(one.table)} WHERE "  # noqa: S608 - names of the schema
    yield from direct.rows_among(sql, column, list(parents))


def _known_pairs(one: Pointing, own: dict[Any, RowFate]) -> Iterator[tuple[Any, Any]]:
    """The same from what was read: every row that points there is the person's own."""
    assert one.bound is not None
    at = shape_of(one.bound).link_at(one.column)
    for pk, fate in own.items():
        if fate.stays:
            yield fate.extras[at], pk
