"""What an erasure must read of each model's rows, worked out once for each map in force."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import EmailField, FileField

from upheld.datamap.active import active
from upheld.datamap.bound import BoundColumn, BoundModel
from upheld.datamap.manysql import ROW, date_sql
from upheld.datamap.pathsql import quoted
from upheld.disposal.removal import children_first, pointing_at
from upheld.policy.types import Hold


@dataclass(frozen=True, slots=True)
class Shape:
    """One model whose rows belong to people.

    `outputs` are the SQL columns read of each row: the dates of `holds` in order, then the
    foreign keys `links`, then `addresses` and `files`.
    """

    model: BoundModel
    personal: tuple[BoundColumn, ...]
    holds: tuple[tuple[Hold, tuple[BoundColumn, ...]], ...]
    links: tuple[str, ...]
    addresses: tuple[BoundColumn, ...]
    """Columns with e-mail addresses."""
    files: tuple[BoundColumn, ...]
    outputs: tuple[str, ...]
    root_kind: str
    """Kind of people whose own rows these are; empty = of none."""

    def link_at(self, column: str) -> int:
        """Where the foreign key `column` stands among a row's extras."""
        return len(self.holds) + self.links.index(column)

    @property
    def addresses_at(self) -> int:
        """Where the addresses begin among a row's extras."""
        return len(self.holds) + len(self.links)

    @property
    def files_at(self) -> int:
        """Where the names of files begin among a row's extras."""
        return self.addresses_at + len(self.addresses)

    def of_categories(self, categories: Iterable[str]) -> tuple[BoundColumn, ...]:
        """The personal columns of these categories."""
        wanted = set(categories)
        return tuple(column for column in self.personal if column.category in wanted)


def shapes() -> tuple[Shape, ...]:
    """Return the shape of every model with a person, children before what they point to."""
    kept = active().kept
    if __name__ not in kept:
        kept[__name__] = _shapes()
    found: tuple[Shape, ...] = kept[__name__]
    return found


def shape_of(model: BoundModel) -> Shape:
    """Return the shape of one model; it must have a person."""
    return next(shape for shape in shapes() if shape.model is model)


def _shapes() -> tuple[Shape, ...]:
    models = children_first(tuple(model for model in active().datamap.models if model.paths))
    links: dict[BoundModel, list[str]] = {}
    for model in models:
        for one in pointing_at(model):
            if one.derived and one.bound is not None and one.then in ("cascade", "refuse"):
                links.setdefault(one.bound, []).append(one.column)
    return tuple(_shape(model, tuple(dict.fromkeys(links.get(model, ())))) for model in models)


def _shape(model: BoundModel, links: tuple[str, ...]) -> Shape:
    personal = tuple(column for column in model.columns if column.role == "category")
    holds = tuple(_holds_on(model, personal))
    addresses = tuple(c for c in personal if isinstance(c.field, EmailField))
    files = tuple(c for c in model.columns if isinstance(c.field, FileField))
    outputs = (
        *(date_sql(model, model.event_dates[hold.after]) for hold, _ in holds),
        *(f"{ROW}.{quoted(column)}" for column in links),
        *(f"{ROW}.{quoted(column.column)}" for column in (*addresses, *files)),
    )
    return Shape(
        model, personal, holds, links, addresses, files, outputs, root_kind=_root_kind(model)
    )


def _holds_on(
    model: BoundModel, personal: tuple[BoundColumn, ...]
) -> Iterable[tuple[Hold, tuple[BoundColumn, ...]]]:
    """Holds with a period whose event this model can date, with the columns they keep."""
    policy = active().policy
    used = {name for rule in policy.purposes.values() if rule.keep for name in rule.keep.hold}
    for hold in policy.holds.values():
        if hold.id not in used or not hold.period or hold.after not in model.event_dates:
            continue
        columns = tuple(column for column in personal if column.category in hold.data)
        if columns:
            yield hold, columns


def _root_kind(model: BoundModel) -> str:
    for path in model.paths:
        kind = path.kind
        if not path.hops and kind is not None and kind.by == "key" and kind.model is model.model:
            return kind.id
    return ""
