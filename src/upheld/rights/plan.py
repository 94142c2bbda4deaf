"""What an erasure will do to each row of a person, worked out before anything is touched.

Four ends: a row is deleted; or blanked, when it must stay as a shell (something held or
somebody else's hangs on it); in a blanked row the columns under a hold are kept; and a row
that is another person's too is left as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db import DEFAULT_DB_ALIAS
from django.db.models import CASCADE, PROTECT, RESTRICT, ForeignObjectRel, Model, QuerySet

from upheld.datamap.active import active
from upheld.datamap.bound import BoundColumn, BoundModel, BoundPath
from upheld.datamap.paths import rows_of
from upheld.datamap.references import split
from upheld.policy.period import parse_period
from upheld.policy.types import Hold
from upheld.rights.holdings import engine_reads, names_of, subject_models


@dataclass(frozen=True, slots=True)
class Kept:
    """Columns of one row that a hold keeps. `until` None = until somebody releases it."""

    hold: str
    columns: tuple[BoundColumn, ...]
    until: date | None


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


def plan(subject: str, using: str = DEFAULT_DB_ALIAS, today: date | None = None) -> Plan:
    """Work out the erasure of `subject`; reads only."""
    today = today or datetime.now(UTC).date()
    with engine_reads(subject):
        names = names_of(subject, using)
        found: dict[BoundModel, dict[object, tuple[Kept, ...]]] = {}
        for model in _children_first(subject_models()):
            holds = tuple(_holds_on(model))
            found[model] = {
                pk: tuple(_still_held(holds, events, today))
                for who in names
                for pk, events in _with_events(rows_of(model, who, using), model)
            }
        shared = {(model, pk) for model in found for pk in _shared(model, found, using)}
        shells = _shells(subject, found, using)
    rows = tuple(
        RowPlan(
            model,
            pk,
            delete=not kept and (model, pk) not in shells and (model, pk) not in shared,
            kept=kept,
            shared=(model, pk) in shared,
            why=shells.get((model, pk), ""),
        )
        for model, held in found.items()
        for pk, kept in held.items()
    )
    return Plan(subject, rows)


def _holds_on(model: BoundModel) -> Iterator[tuple[Hold, tuple[BoundColumn, ...]]]:
    """Holds whose event this model can date, with the columns they keep."""
    policy = active().policy
    used = {name for rule in policy.purposes.values() if rule.keep for name in rule.keep.hold}
    for hold in policy.holds.values():
        if hold.id not in used or (hold.period and hold.after not in model.event_dates):
            continue
        columns = tuple(
            c for c in model.columns if c.role == "category" and c.category in hold.data
        )
        if columns and hold.period:
            yield hold, columns


def _with_events(
    queryset: QuerySet[Model], model: BoundModel
) -> Iterator[tuple[object, dict[str, date | None]]]:
    paths = {event: path.replace(".", "__") for event, path in model.event_dates.items()}
    for values in queryset.values_list("pk", *paths.values()):
        events = dict(zip(paths, values[1:], strict=True))
        yield values[0], {event: _as_date(value) for event, value in events.items()}


def _as_date(value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None


def _still_held(
    holds: tuple[tuple[Hold, tuple[BoundColumn, ...]], ...],
    events: dict[str, date | None],
    today: date,
) -> Iterator[Kept]:
    for hold, columns in holds:
        began = events.get(hold.after)
        if began is None:
            continue
        period = parse_period(hold.period)
        assert period is not None, "the policy's check refuses a hold without a readable period"
        until = period.after(began)
        if until > today:
            yield Kept(hold.id, columns, until)


def _shells(
    subject: str, found: dict[BoundModel, dict[object, tuple[Kept, ...]]], using: str
) -> dict[tuple[BoundModel, object], str]:
    """Rows that cannot be deleted, with the reason: deleting them would take a held row or
    somebody else's row along, or the database forbids it. Parents follow their shells."""
    shells: dict[tuple[BoundModel, object], str] = {}
    # Children come first, so a child's fate is settled before its parents are looked at.
    for model, held in found.items():
        candidates = [pk for pk, kept in held.items() if not kept]
        if not candidates:
            continue
        for relation in _cascading(model):
            child = active().datamap.model(relation.related_model)
            if child is None or not child.paths:
                continue
            own = found.get(child, {})
            name = relation.field.name
            pairs = (
                relation.related_model._base_manager.using(using)
                .filter(**{f"{name}__in": candidates})
                .values_list(name, "pk")
            )
            for parent, pk in pairs:
                if pk not in own:
                    shells[model, parent] = "somebody else's data hangs on it"
                elif own[pk] or (child, pk) in shells:
                    shells.setdefault((model, parent), "something kept hangs on it")
        for path in model.paths:
            # The root of held rows stays as an empty shell: the kept rows must still lead
            # to one person when their time is over.
            if _is_root(path, model, subject):
                for pk in candidates:
                    if any(kept for rows in found.values() for kept in rows.values()):
                        shells.setdefault((model, pk), "kept rows lead to it")
    return shells


def _shared(
    model: BoundModel, found: dict[BoundModel, dict[object, tuple[Kept, ...]]], using: str
) -> set[object]:
    """Rows that somebody else's row points to: an address used by two people's orders."""
    if not any(path.many for path in model.paths):
        return set()
    shared: set[object] = set()
    for relation in _pointing(model):
        child = active().datamap.model(relation.related_model)
        if child is None or not child.paths:
            continue
        own = found.get(child, {})
        name = relation.field.name
        pairs = (
            relation.related_model._base_manager.using(using)
            .filter(**{f"{name}__in": list(found[model])})
            .values_list(name, "pk")
        )
        shared.update(parent for parent, pk in pairs if pk not in own)
    return shared


def _is_root(path: BoundPath, model: BoundModel, subject: str) -> bool:
    """True when rows of the model are people of the subject's kind, known by their key."""
    kind = path.kind
    if path.hops or kind is None or kind.by != "key" or kind.model is not model.model:
        return False
    return kind.id == split(subject)[0]


def _pointing(model: BoundModel) -> Iterator[ForeignObjectRel]:
    for relation in model.model._meta.get_fields(include_hidden=True):
        if isinstance(relation, ForeignObjectRel) and not relation.many_to_many:
            yield relation


def _cascading(model: BoundModel) -> Iterator[ForeignObjectRel]:
    for relation in _pointing(model):
        if getattr(relation, "on_delete", None) in (CASCADE, PROTECT, RESTRICT):
            yield relation


def _children_first(models: tuple[BoundModel, ...]) -> tuple[BoundModel, ...]:
    """Order models so that rows come before the rows they point to; cycles keep map order."""
    by_class = {model.model: model for model in models}
    ordered: list[BoundModel] = []
    visiting: set[BoundModel] = set()

    def visit(model: BoundModel) -> None:
        if model in ordered or model in visiting:
            return
        visiting.add(model)
        for relation in _pointing(model):
            child = by_class.get(relation.related_model)
            if child is not None and child is not model:
                visit(child)
        visiting.discard(model)
        ordered.append(model)

    for model in models:
        visit(model)
    return tuple(ordered)
