"""What is held of one kind, laid out for reading: entries by the table they stand in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timezone import localtime

from upheld.datamap.active import active
from upheld.datamap.bound import BoundColumn
from upheld.pages.sentences import Promise, promises
from upheld.rights.holdings import Row, Value
from upheld.rights.reasons import reasons_for

CORRECTABLE_KINDS = frozenset({"identity", "contact", "preference", "free_text"})
"""What people may correct themselves; a record of a purchase is corrected by a request."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One value as a page shows it. `edit` is the column's label when it can be corrected."""

    label: str
    words: str
    edit: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a person."""

    pk: str
    values: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The entries of one table, such as every delivery address of an order."""

    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Why:
    """One reason for holding a kind of data, with the sentences that announce it."""

    title: str
    basis: str
    keep: str
    promises: tuple[Promise, ...]


def groups(rows: Iterable[Row]) -> tuple[Group, ...]:
    """Lay `rows` out by table, in the order in which they come.

    Copies that the app keeps of values beside them (search texts) are left out here; the
    download holds them too.
    """
    found: dict[str, list[Entry]] = {}
    for row in rows:
        values = tuple(_shown(value) for value in row.values if not value.column.copy_of)
        if not values:
            continue
        title = capfirst(str(row.model.model._meta.verbose_name))
        entry = Entry(str(row.instance.pk), values)
        found.setdefault(title, []).append(entry)
    return tuple(Group(title, tuple(entries)) for title, entries in found.items())


def whys(category: str) -> tuple[Why, ...]:
    """Every purpose that may read `category`, in plain words."""
    return tuple(
        Why(reason.title, reason.basis, reason.keep, promises(reason.says))
        for reason in reasons_for(category)
    )


def correctable(column: BoundColumn) -> bool:
    """True when a person may change this value themselves, without writing to anybody."""
    field = column.field
    return (
        column.role == "category"
        and active().policy.data[column.category].kind in CORRECTABLE_KINDS
        and not column.copy_of
        and field.editable
        and not field.unique
    )


def _shown(value: Value) -> Shown:
    edit = value.column.label if correctable(value.column) else ""
    return Shown(value.label, _words(value), edit)


def _words(value: Value) -> str:
    given: Any = value.value
    if isinstance(given, bool):
        return "Yes" if given else "No"
    if isinstance(given, datetime):
        return f"{date_format(localtime(given), 'j F Y, H:i')}"
    if isinstance(given, date):
        return date_format(given, "j F Y")
    return value.shown
