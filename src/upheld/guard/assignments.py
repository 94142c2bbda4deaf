"""The value of an assignment: plain, or what `bulk_update` makes of many rows."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, TextField, Value, When
from django.db.models.base import DEFERRED
from django.db.models.expressions import Col
from django.db.models.functions import Cast
from django.db.models.lookups import Exact
from django.db.models.sql.where import AND

from upheld.context import Context
from upheld.datamap.bound import BoundColumn
from upheld.guard.masked import Masked, stands_for_withheld
from upheld.guard.ownership import settled
from upheld.guard.rowkeys import name_of_row
from upheld.guard.sealeduse import refuse_sealed
from upheld.guard.sealing import seal


def is_withheld(value: Any, *, placeholder_too: bool) -> bool:
    """Tell whether an assignment only gives back what a read withheld.

    `placeholder_too`: the column is masked here, so the placeholder and None are that too.
    """
    if isinstance(value, Case | Cast):
        leaves = _leaves(value)
        return bool(leaves) and all(
            is_withheld(leaf, placeholder_too=placeholder_too) for leaf in leaves
        )
    if value is DEFERRED or isinstance(value, Masked):
        return True
    return placeholder_too and stands_for_withheld(value)


def _leaves(expression: Any) -> list[Any]:
    case = expression.get_source_expressions()[0] if isinstance(expression, Cast) else expression
    return [_leaf(when.result) for when in case.cases] if isinstance(case, Case) else []


def plain_value(field: Any, value: Any, connection: Any) -> Any:
    """The value as the database would get it unsealed; expressions stay as they are."""
    value = settled(value)
    if hasattr(value, "resolve_expression") or hasattr(value, "as_sql"):
        return value
    if hasattr(value, "prepare_database_save") and field.remote_field:
        value = value.prepare_database_save(field)
    return field.get_db_prep_save(value, connection=connection)


def values_by_key(context: Context, column: BoundColumn, expression: Any) -> dict[Any, Any]:
    """Primary key -> new value, from the `Case` that `bulk_update` writes.

    Raises `SealedUse` for every other expression: nobody knows what it would give.
    """
    case = expression.get_source_expressions()[0] if isinstance(expression, Cast) else expression
    if not isinstance(case, Case) or _leaf(case.default, empty=True) is not None:
        _refuse(context, column)
    found: dict[Any, Any] = {}
    for when in case.cases:
        key = _key(when)
        value = _leaf(when.result)
        if key is None or value is _NOT_PLAIN:
            _refuse(context, column)
        found[key] = column.field.get_prep_value(value)
    return found


def seal_for(
    context: Context,
    column: BoundColumn,
    value: Any,
    subjects: dict[Any, str | None],
    connection: Any,
) -> Any:
    """Return one plain value sealed for each row: `subjects` by primary key."""
    prepared = column.field.get_prep_value(value)
    values = dict.fromkeys(subjects, prepared)
    tokens = _tokens(context, column, values, subjects, connection)
    return next(iter(tokens.values())) if len(tokens) == 1 else _by_key(tokens)


def seal_each(
    context: Context,
    column: BoundColumn,
    value: Any,
    subjects: dict[Any, str | None],
    connection: Any,
) -> Any:
    """Return the assignment that `bulk_update` made with ciphertext in it."""
    values = values_by_key(context, column, value)
    return _by_key(_tokens(context, column, values, subjects, connection))


def _by_key(tokens: dict[Any, Any]) -> Any:
    whens = [When(pk=key, then=token) for key, token in tokens.items()]
    return Case(*whens, output_field=TextField())


def _tokens(
    context: Context,
    column: BoundColumn,
    values: dict[Any, Any],
    subjects: dict[Any, str | None],
    connection: Any,
) -> dict[Any, Any]:
    model, using = column.field.model, connection.alias
    return {
        key: Value(
            seal(
                context, column, plain, subjects.get(key), using,
                row=name_of_row(model, key, connection),
            ),
            TextField(),
        )
        for key, plain in values.items()
    }  # fmt: skip


_NOT_PLAIN = object()


def _leaf(expression: Any, *, empty: bool = False) -> Any:
    while isinstance(expression, Cast):
        expression = expression.get_source_expressions()[0]
    if isinstance(expression, Value):
        return expression.value
    return None if empty and expression is None else _NOT_PLAIN


def _key(when: Any) -> Any:
    """The primary key of `When(pk=...)`, before or after Django has resolved it."""
    condition = when.condition
    children = getattr(condition, "children", None)
    if children is None:
        child = condition
    elif len(children) == 1 and not condition.negated:
        (child,) = children
    else:
        return None
    if isinstance(child, tuple) and child[0] == "pk":
        return child[1]
    if isinstance(child, Exact) and isinstance(child.lhs, Col) and child.lhs.target.primary_key:
        return child.rhs
    return None


def exact_key(where: Any, table: str) -> Any:
    """The primary key of `table` that a condition demands, None where it demands none."""
    if where.negated or where.connector != AND:
        return None
    for child in where.children:
        if (
            isinstance(child, Exact)
            and isinstance(child.lhs, Col)
            and child.lhs.alias == table
            and child.lhs.target.primary_key
            and child.lhs.target.model._meta.db_table == table
            and not hasattr(child.rhs, "resolve_expression")
        ):
            return child.rhs
    return None


def _refuse(context: Context, column: BoundColumn) -> None:
    refuse_sealed(context, column, "it can only be set to a value", action="write")
