"""From rows to subjects and back, on SQLite and PostgreSQL.

`alias` is how the query calls the model's table: the table's name, or an alias as Django
writes it (`T4`, `U0`).

Alternatives of a subject are tried in order: a later path counts only where the earlier
ones lead to nobody. A row reached by several people (an address of two orders) is each
one's own; `subject_expression` names the first by text.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model, QuerySet

from upheld.datamap.active import active
from upheld.datamap.bound import BoundModel
from upheld.datamap.expressions import RowsOf, SubjectOf
from upheld.datamap.fragments import (
    EVERY,
    NONE,
    Fragment,
    agreed_rows,
    subject_expression,
    subject_rows,
)
from upheld.datamap.references import split

__all__ = ["consented_rows", "own_rows", "rows_of", "subject_expression", "subjects_of"]

CHUNK = 500
"""Keys a query: under the parameter limit of every SQLite."""


def own_rows(
    model: BoundModel, alias: str, subject: str | None, connection: BaseDatabaseWrapper
) -> Fragment:
    """Condition true for the rows of `subject`, and for rows about nobody.

    A model about nobody gives every row, an unresolved one none. A reference of an unknown
    kind, or of a form its key cannot have, owns nothing.
    """
    if not model.paths:
        return EVERY if model.nobody else NONE
    return subject_rows(model, alias, subject, connection, nobody=True)


def consented_rows(
    model: BoundModel, alias: str, purpose: str, connection: BaseDatabaseWrapper
) -> Fragment:
    """Condition true for rows whose subject agreed to `purpose`, and for rows about nobody.

    Where the policy's `default` for the purpose is `in`, a person who made no choice counts
    as having agreed.
    """
    if not model.paths:
        return EVERY if model.nobody else NONE
    rule = active().policy.purposes.get(purpose)
    default_in = rule is not None and rule.default == "in"
    return agreed_rows(model, alias, purpose, connection, default_in=default_in)


def subjects_of(
    model: BoundModel, pks: Iterable[Any], using: str = DEFAULT_DB_ALIAS
) -> dict[Any, str | None]:
    """Return the subject of each row by primary key; None = no subject, or no such row.

    Runs through the ORM, so the purpose in force decides which rows are seen.
    """
    wanted = list(pks)
    found: dict[Any, str | None] = dict.fromkeys(wanted)
    if not model.paths:
        return found
    rows = _rows(model, using).annotate(_subject=SubjectOf(model))
    for start in range(0, len(wanted), CHUNK):
        part = wanted[start : start + CHUNK]
        found.update(rows.filter(pk__in=part).values_list("pk", "_subject"))
    return found


def rows_of(
    model: BoundModel, subject: str, using: str = DEFAULT_DB_ALIAS
) -> QuerySet[Model, Model]:
    """Return the rows of `subject` as a queryset; rows about nobody are no one's."""
    kind, _ = split(subject)
    if not any(path.kind is None or path.kind.id == kind for path in model.paths):
        return _rows(model, using).none()
    return _rows(model, using).filter(RowsOf(model, subject))


def _rows(model: BoundModel, using: str) -> QuerySet[Model, Model]:
    # The base manager: a default manager may hide rows (published, not deleted).
    return model.model._base_manager.using(using).order_by()
