"""What a shape of question is: how it is asked, and what the answer should be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Manager, Model

from tests.agreement.case import Case

SQL = tuple[str, tuple[Any, ...]]


def _always(model: type[Model], column: str) -> bool:
    return True


@dataclass(frozen=True)
class Shape:
    """`ask` runs it through Django, `expect` works it out; both give plain data that can be
    compared, `expect` raises `RefusedError`.

    `sql` gives the same question as one statement that SQLite and PostgreSQL both read, for
    lines of defence below Django; None = it has no such form. `writes` = it changes rows,
    and `ask` returns what they hold afterwards.
    """

    name: str
    ask: Callable[[Case], Any]
    expect: Callable[[Case], Any]
    fits: Callable[[type[Model], str], bool] = _always
    sql: Callable[[Case], SQL] | None = None
    writes: bool = False


def objects(case: Case, model: type[Model] | None = None) -> Manager[Any]:
    """The manager of the asked model."""
    return (model or case.model)._default_manager


def table(case: Case) -> str:
    """The quoted table of the asked column."""
    return f'"{case.model._meta.db_table}"'


def named(case: Case, name: str = "") -> str:
    """The quoted name of the asked column in its table."""
    return f'"{case.model._meta.get_field(name or case.column).column}"'  # type: ignore[union-attr]  # a concrete field


def key(case: Case) -> str:
    """The quoted name of the primary key."""
    return f'"{case.model._meta.pk.column}"'


def of(*models: type[Model]) -> Callable[[type[Model], str], bool]:
    """Fit the columns of these models."""
    return lambda model, column: model in models


def plain_text(model: type[Model], column: str) -> bool:
    """Fit every column that may be set to any text: no unique one, none that says whose."""
    return column not in ("number", "guest_email", "username", "title", "country")
