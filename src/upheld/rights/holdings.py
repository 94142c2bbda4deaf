"""What is held about one person: every mapped row that a subject path leads to.

Everything here is derived from the map; no model is named. Reading runs under the purpose
`rights`, so the guard logs it like any other use.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model

from upheld.context import Actor, current, purpose
from upheld.datamap.active import active
from upheld.datamap.bound import BoundColumn, BoundModel
from upheld.datamap.paths import rows_of
from upheld.guard.sessions import linked_sessions
from upheld.policy.types import RIGHTS

ENGINE = Actor(kind="system", ref="system:rights")
SECRET = "kept as a secret, not shown"  # noqa: S105 - the words, not a secret
"""What stands for a password hash or a token: a copy that leaks must open no door."""


@dataclass(frozen=True, slots=True)
class Value:
    """One value held: where (`column`), what it is called, what it says.

    Of a category of kind credential neither `value` nor `shown` is the value: both are
    `SECRET`, so that no copy and no screen made from it can give it away.
    """

    column: BoundColumn
    label: str
    value: Any
    shown: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a person, with its values of personal categories."""

    model: BoundModel
    instance: Model
    values: tuple[Value, ...]


@contextmanager
def engine_reads(subject: str | None) -> Iterator[None]:
    """Run as the rights engine for `subject` (None = many); who asked stays on the event as
    the place."""
    with purpose(RIGHTS, actor=ENGINE, subject=subject, place=current().place or "rights"):
        yield


def subject_models() -> tuple[BoundModel, ...]:
    """Every mapped model whose rows belong to people."""
    return tuple(model for model in active().datamap.models if model.paths)


def names_of(subject: str, using: str) -> tuple[str, ...]:
    """The subject and the names under which rows of theirs stand on their own: sessions."""
    return (subject, *linked_sessions(subject, using))


def rows(subject: str, using: str = DEFAULT_DB_ALIAS) -> Iterator[Row]:
    """Yield every row held about `subject` (`kind:value`), model by model.

    Reads in chunks, so a person with 100,000 rows needs no more memory than one with ten.
    """
    with engine_reads(subject):
        names = names_of(subject, using)
        for model in subject_models():
            columns = tuple(c for c in model.columns if c.role == "category")
            if not columns:
                continue
            for who in names:
                for instance in rows_of(model, who, using).iterator(chunk_size=500):
                    yield Row(model, instance, tuple(_value(instance, c) for c in columns))


def _value(instance: Model, column: BoundColumn) -> Value:
    field = column.field
    raw = getattr(instance, field.attname)
    if raw not in (None, "") and is_secret(column):
        raw = shown = SECRET
    elif field.choices:
        shown = str(getattr(instance, f"get_{field.name}_display")())
    else:
        shown = "" if raw is None else str(raw)
    return Value(column, str(field.verbose_name).capitalize(), raw, shown)


def is_secret(column: BoundColumn) -> bool:
    """True for a password hash, a token, a code: what opens something to whoever has it."""
    return active().policy.data[column.category].kind == "credential"


def by_category(subject: str, using: str = DEFAULT_DB_ALIAS) -> dict[str, list[Row]]:
    """Return category id -> rows that hold a value of it, in the policy's order.

    A row with values of two categories appears under both, each time with only the
    values of that category.
    """
    found: dict[str, list[Row]] = {name: [] for name in active().policy.data}
    for row in rows(subject, using):
        per: dict[str, list[Value]] = {}
        for value in row.values:
            if value.shown != "":
                per.setdefault(value.column.category, []).append(value)
        for category, values in per.items():
            found[category].append(Row(row.model, row.instance, tuple(values)))
    return {name: held for name, held in found.items() if held}
