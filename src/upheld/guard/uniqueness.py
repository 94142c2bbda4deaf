"""Forms' questions whether a value is taken, answered without showing whose it is.

`Model.filter(email=...).exists()`, with the asking row left out or not, is what forms and
`validate_unique` ask before they write a unique value. Under row rules it would find nobody
else's row, and the database would refuse the write that the form had called free. So exactly
that question is answered over all rows, and gives a yes or a no: the same that the constraint
gives to whoever may write the value.

Nothing else is: every unique column of one constraint, compared by its whole value and with no
condition beside it, columns that the purpose may write, and of excluded rows only one that the
purpose may see. How often is bounded, see `MOST`.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db.models import UniqueConstraint, Value
from django.db.models.expressions import Col
from django.db.models.lookups import Exact, IExact, IntegerFieldExact
from django.db.models.sql.query import Query
from django.db.models.sql.where import AND, WhereNode

from upheld.context import Context
from upheld.datamap.bound import BoundModel
from upheld.guard.compiling import bound_column
from upheld.guard.decisions import ALLOW
from upheld.guard.rows import permitted

if TYPE_CHECKING:
    from upheld.guard.select import GuardedSelect

MOST = 30
"""Questions a minute of one person, in one process; visitors without a name count as one."""
MINUTE = 60.0

_EQUAL = frozenset((Exact, IExact, IntegerFieldExact))
_asked: dict[str, tuple[float, int]] = {}
"""Who asks -> (when the minute began, how many questions it had)."""


def asks_whether_taken(compiler: GuardedSelect, model: BoundModel) -> bool:
    """Tell whether the query is the question of a form, and may be answered over all rows."""
    query = compiler.query
    if query.__class__ is not Query or not _is_exists(query):
        return False
    found = _compared(query, model.table)
    if found is None:
        return False
    columns, excluded = found
    if not any(columns == names for names in _unique(model)):
        return False
    if not all(_writable(compiler, column) for column in model.columns if column.column in columns):
        return False
    if any(not _is_seen(compiler, model, key) for key in excluded):
        return False
    return _in_bounds(compiler.context)


def looks_like_it(query: Any) -> bool:
    """A quick look that nearly every other query fails."""
    return query.high_mark == 1 and not query.default_cols and not query.select


def _is_exists(query: Any) -> bool:
    outputs = list(query.annotation_select.values())
    return bool(
        len(outputs) == 1
        and outputs[0].__class__ is Value
        and query.low_mark == 0
        and query.group_by is None
        and not (query.combinator or query.extra_tables or query.extra or query.distinct)
        and sum(1 for count in query.alias_refcount.values() if count) == 1
    )


def _compared(query: Any, table: str) -> tuple[frozenset[str], list[Any]] | None:
    """The columns compared with a value, and keys left out; None for any other condition."""
    where = query.where
    if where.__class__ is not WhereNode or where.connector != AND or where.negated:
        return None
    columns: list[str] = []
    excluded: list[Any] = []
    child: Any
    inner: Any
    for child in where.children:
        if child.__class__ is WhereNode:
            if not child.negated or len(child.children) != 1:
                return None
            (inner,) = child.children
            if not _is_comparison(inner, table) or not inner.lhs.target.primary_key:
                return None
            excluded.append(inner.rhs)
        elif _is_comparison(child, table):
            columns.append(child.lhs.target.column)
        else:
            return None
    return frozenset(columns), excluded


def _is_comparison(node: Any, table: str) -> bool:
    lookup: type = node.__class__
    return (
        lookup in _EQUAL
        and node.lhs.__class__ is Col
        and node.lhs.alias == table
        and not hasattr(node.rhs, "resolve_expression")
    )


def _unique(model: BoundModel) -> Iterable[frozenset[str]]:
    """The sets of columns that the database keeps unique, or that the map says are."""
    opts: Any = model.model._meta
    for field in opts.local_concrete_fields:
        if field.unique and not field.primary_key:
            yield frozenset((field.column,))
    for column in model.columns:
        if column.unique:
            yield frozenset((column.column,))
    together = list(opts.unique_together)
    together += [
        constraint.fields
        for constraint in opts.constraints
        if isinstance(constraint, UniqueConstraint)
        and constraint.fields
        and constraint.condition is None
    ]
    for names in together:
        yield frozenset(opts.get_field(name).column for name in names)


def _writable(compiler: GuardedSelect, column: Any) -> bool:
    bound = bound_column(column.field)
    return bound is not None and (
        not compiler.ruling.personal[bound.index] or compiler.ruling.write[bound.index] == ALLOW
    )


def _is_seen(compiler: GuardedSelect, model: BoundModel, key: Any) -> bool:
    """Whether the purpose may see the row: leaving out another's would tell whose the value is."""
    connection: Any = compiler.connection
    fragment = permitted(
        compiler.ruling, compiler.context, model.table, model.table, connection, "read"
    )
    pk = model.model._meta.pk
    if fragment is None or pk is None:
        return True
    quote = connection.ops.quote_name
    sql, params = fragment
    with connection.gate.trusting(), connection.cursor() as cursor:
        cursor.execute(
            f"SELECT 1 FROM {quote(model.table)} WHERE {quote(pk.column)} = %s AND {sql}",  # noqa: S608  (names of the bound map)
            [pk.get_db_prep_value(key, connection), *params],
        )
        return cursor.fetchone() is not None


def _in_bounds(context: Context) -> bool:
    """Count the question; False once there were too many within a minute."""
    who, now = context.actor.ref, time.monotonic()
    began, count = _asked.get(who, (now, 0))
    if now - began >= MINUTE:
        began, count = now, 0
    if len(_asked) > 10_000:
        _asked.clear()
    _asked[who] = (began, count + 1)
    return count < MOST
