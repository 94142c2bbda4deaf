"""Row rules: the condition that every alias of a person's table must obey.

The purpose sees the database as if the rows it may not touch were not there. So the rule
of the first table stands in WHERE, that of a joined table in its ON: an outer join gives
an absent row, never a forbidden one.
"""

from __future__ import annotations

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from upheld.context import Context
from upheld.datamap.bound import BoundModel
from upheld.datamap.fragments import resolved_rows
from upheld.datamap.paths import consented_rows, own_rows
from upheld.guard.decisions import Decisions
from upheld.guard.refusal import refuse_rows
from upheld.guard.restriction import unrestricted
from upheld.guard.visiting import rows_of_visit, visit_in
from upheld.policy.semantics import Action

Fragment = tuple[str, tuple[Any, ...]]


class Permitted:
    """A child of a WHERE node: true for the rows of `alias` that may be touched."""

    contains_aggregate = False
    contains_over_clause = False
    contains_column_references = True
    conditional = True

    def __init__(self, sql: str, params: tuple[Any, ...]) -> None:
        self.sql = sql
        self.params = params

    def as_sql(self, compiler: Any, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        return self.sql, list(self.params)


def permitted(
    ruling: Decisions,
    context: Context,
    table: str,
    alias: str,
    connection: BaseDatabaseWrapper,
    action: Action,
) -> Fragment | None:
    """The condition for one alias of `table`; None = every row may be touched.

    Raises `PurposeError` when none may.
    """
    rule = ruling.rows.get(table)
    if rule is None:
        return None
    model: BoundModel | None = ruling.governance.datamap.model(table)
    assert model is not None  # the rules are made from the map's models
    if rule == "refuse":
        refuse_rows(context, model, action)
        return None
    if rule == "own":
        visit = visit_in(context)
        if visit is not None and visit.guest:
            return rows_of_visit(visit, model, alias, connection)
        return own_rows(model, alias, context.subject, connection)
    if rule == "resolved":
        return resolved_rows(model, alias)
    if rule == "unrestricted":
        free = unrestricted(context, model, alias, connection)
        if ruling.unresolved_too:
            return free
        found = resolved_rows(model, alias)
        return f"{found[0]} AND {free[0]}", (*found[1], *free[1])
    agreed = consented_rows(model, alias, context.purpose or "", connection)
    if not ruling.restricted:
        return agreed
    free = unrestricted(context, model, alias, connection)
    return f"{agreed[0]} AND {free[0]}", (*agreed[1], *free[1])
