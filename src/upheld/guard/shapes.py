"""The shape of a query: all of it that its SQL depends on, apart from the values.

Two queries of one shape have the same SQL, decided alike, and differ in parameters alone.
What is known here is listed by exact class and by name; a query with anything else in it,
an attribute that a later Django adds included, has no shape and is compiled each time.
Values never enter a shape, but for those that Django writes into the SQL: how many a list
has, whether a boolean is true, where a slice begins and ends.
"""

from __future__ import annotations

import datetime
import decimal
import uuid
from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db.models import lookups
from django.db.models.aggregates import Count, Max, Min, Sum
from django.db.models.expressions import Col, Star, Value
from django.db.models.fields import related_lookups
from django.db.models.sql.datastructures import BaseTable, Join
from django.db.models.sql.query import Query
from django.db.models.sql.where import AND, OR, WhereNode

from upheld.guard.compiling import bound_column

if TYPE_CHECKING:
    from upheld.guard.planned import Planned

MOST_VALUES = 200
"""Longer lists of values are compiled each time: their shapes hardly come again."""

_EXACT = frozenset((lookups.Exact, lookups.IntegerFieldExact, related_lookups.RelatedExact))
_IN = frozenset((lookups.In, related_lookups.RelatedIn))
_IS_NULL = frozenset((lookups.IsNull, related_lookups.RelatedIsNull))
_COMPARED = frozenset(
    (
        lookups.IExact, lookups.Contains, lookups.IContains, lookups.StartsWith,
        lookups.IStartsWith, lookups.EndsWith, lookups.IEndsWith, lookups.GreaterThan,
        lookups.GreaterThanOrEqual, lookups.LessThan, lookups.LessThanOrEqual,
        lookups.IntegerGreaterThan, lookups.IntegerGreaterThanOrEqual,
        lookups.IntegerLessThan, lookups.IntegerLessThanOrEqual,
    )
)  # fmt: skip
_SIMPLE = frozenset(
    (
        bool, int, float, str, bytes, decimal.Decimal, uuid.UUID,
        datetime.date, datetime.datetime, datetime.time, datetime.timedelta,
    )
)  # fmt: skip
_AGGREGATES = frozenset((Count, Sum, Max, Min))


class _NoShape(Exception):
    """The query has something in it that is not known here."""


class Shape:
    """`key` stands for the SQL, `params` are the values of this query in their order.

    A key names fields by identity; whoever keeps the key keeps `pins` beside it, so that no
    identity is given to another object meanwhile.
    """

    __slots__ = ("key", "params", "pins")

    def __init__(self) -> None:
        self.key: list[Hashable] = []
        self.params: list[Any] = []
        self.pins: list[Any] = []


def shape_of(compiler: Planned) -> Shape | None:
    """Return the shape of the compiler's query, None when it has none that is known."""
    query: Any = compiler.query
    if query.__class__ is not Query:
        return None
    shape = Shape()
    try:
        for name, value in query.__dict__.items():
            shape.key.append(name)
            _ATTRIBUTES[name](value, shape, compiler)
    except (KeyError, _NoShape, EmptyResultSet, FullResultSet):
        return None
    return shape


def _plain(value: Any, shape: Shape, compiler: Planned) -> None:
    shape.key.append(value)


def _empty(value: Any, shape: Shape, compiler: Planned) -> None:
    if value:
        raise _NoShape


def _no_matter(value: Any, shape: Shape, compiler: Planned) -> None:
    """Nothing in the SQL comes from it: a cache, or a note for building the query further."""


def _names(value: Any, shape: Shape, compiler: Planned) -> None:
    if value is not None:
        for name in value:
            if name.__class__ is not str:
                raise _NoShape  # an expression
        value = tuple(value)
    shape.key.append(value)


def _name_set(value: Any, shape: Shape, compiler: Planned) -> None:
    shape.key.append(None if value is None else frozenset(value))


def _deferred(value: Any, shape: Shape, compiler: Planned) -> None:
    names, defer = value
    shape.key.append(frozenset(names))
    shape.key.append(defer)


def _refcounts(value: Any, shape: Shape, compiler: Planned) -> None:
    shape.key.append(tuple(value.items()))


def _aliases(value: Any, shape: Shape, compiler: Planned) -> None:
    shape.key.append(tuple([(table, *aliases) for table, aliases in value.items()]))


def _tables(value: Any, shape: Shape, compiler: Planned) -> None:
    shape.key.append(len(value))
    for alias, table in value.items():
        if table.__class__ is Join:
            if table.filtered_relation is not None:
                raise _NoShape
            field = table.join_field
            shape.pins.append(field)
            shape.key.append(
                (
                    alias, table.table_name, table.table_alias, table.parent_alias,
                    table.join_type, id(field), table.nullable,
                )
            )  # fmt: skip
        elif table.__class__ is BaseTable:
            shape.key.append((alias, table.table_name, table.table_alias))
        else:
            raise _NoShape


def _related(value: Any, shape: Shape, compiler: Planned) -> None:
    shape.key.append(_nested(value) if value.__class__ is dict else value)


def _nested(value: dict[str, Any]) -> tuple[Hashable, ...]:
    return tuple([(name, _nested(inner)) for name, inner in value.items()])


def _select(value: Any, shape: Shape, compiler: Planned) -> None:
    shape.key.append(len(value))
    for expression in value:
        _col(expression, shape)


def _col(expression: Any, shape: Shape) -> None:
    if expression.__class__ is not Col:
        raise _NoShape
    target, field = expression.target, expression.output_field
    shape.pins.append(target)
    shape.pins.append(field)
    shape.key.append((expression.alias, id(target), id(field)))


def _selected(value: Any, shape: Shape, compiler: Planned) -> None:
    if value is not None:
        for place in value.values():
            if place.__class__ is not int and place.__class__ is not str:
                raise _NoShape
        value = tuple(value.items())
    shape.key.append(value)


def _extra(value: Any, shape: Shape, compiler: Planned) -> None:
    """`extra(select=...)` without parameters, as Django's own prefetching uses it."""
    shape.key.append(len(value))
    for name, (text, params) in value.items():
        if params or text.__class__ is not str:
            raise _NoShape
        shape.key.append((name, text))


def _annotations(value: Any, shape: Shape, compiler: Planned) -> None:
    shape.key.append(len(value))
    for name, expression in value.items():
        shape.key.append(name)
        cls = expression.__class__
        if cls is Value:
            _constant(expression, shape)
        elif cls in _AGGREGATES:
            _aggregate(expression, shape)
        else:
            _col(expression, shape)


def _constant(expression: Any, shape: Shape) -> None:
    """A constant as `exists()` selects it; it is part of the shape, not a parameter."""
    value = expression.value
    given, options = expression._constructor_args
    if value.__class__ not in (bool, int) or len(given) != 1 or options or expression.for_save:
        raise _NoShape
    shape.key.append((value.__class__, value))


def _aggregate(expression: Any, shape: Shape) -> None:
    given, options = expression._constructor_args
    sources = expression.source_expressions
    if (
        expression.extra
        or expression.filter is not None
        or expression.default is not None
        or len(given) != 1
        or len(sources) != 1
        or not options.keys() <= {"distinct"}
    ):
        raise _NoShape
    shape.key.append((expression.__class__, expression.distinct))
    if sources[0].__class__ is Star:
        shape.key.append("*")
    else:
        _col(sources[0], shape)


def _where(value: Any, shape: Shape, compiler: Planned) -> None:
    if value.__class__ is not WhereNode or value.connector not in (AND, OR):
        raise _NoShape
    children = value.children
    shape.key.append((value.connector, value.negated, value.resolved, len(children)))
    for child in children:
        if child.__class__ is WhereNode:
            _where(child, shape, compiler)
        else:
            _lookup(child, shape, compiler)


def _lookup(node: Any, shape: Shape, compiler: Planned) -> None:
    cls = node.__class__
    if cls not in _LOOKUPS or node.bilateral_transforms:
        raise _NoShape
    lhs, rhs = node.lhs, node.rhs
    _col(lhs, shape)
    column = compiler.ruling.by_field.get(id(lhs.target)) or bound_column(lhs.target)
    if column is not None and column.lookup is not None:
        raise _NoShape  # the SQL of a sealed column depends on the values
    kind = rhs.__class__
    if cls in _IS_NULL:
        if kind is not bool:
            raise _NoShape
        shape.key.append((cls, rhs))
        return
    if cls in _IN:
        if kind is not list or len(rhs) > MOST_VALUES or not _SIMPLE.issuperset(map(type, rhs)):
            raise _NoShape
    elif kind not in _SIMPLE:
        raise _NoShape
    elif kind is bool and cls in _EXACT and lhs.conditional:
        shape.key.append((cls, rhs))  # written `column` or `NOT column`, without a parameter
        return
    # The very call with which Django makes the right-hand side. What is written for it is
    # part of the shape, what is given for it are parameters.
    sql, params = node.process_rhs(compiler, compiler.connection)
    shape.key.append((cls, sql))
    shape.params.extend(params)


_LOOKUPS = _EXACT | _IN | _IS_NULL | _COMPARED

_ATTRIBUTES: dict[str, Callable[[Any, Shape, Any], None]] = {
    "model": _plain,
    "alias_refcount": _refcounts,
    "alias_map": _tables,
    "alias_cols": _plain,
    "alias_prefix": _plain,
    "external_aliases": _empty,
    "table_map": _aliases,
    "used_aliases": _no_matter,
    "where": _where,
    "annotations": _annotations,
    "extra": _extra,
    "_filtered_relations": _empty,
    "default_cols": _plain,
    "default_ordering": _plain,
    "standard_ordering": _plain,
    "filter_is_sticky": _no_matter,
    "subquery": _plain,
    "select": _select,
    "group_by": _empty,
    "order_by": _names,
    "low_mark": _plain,
    "high_mark": _plain,
    "distinct": _plain,
    "distinct_fields": _names,
    "select_for_update": _empty,
    "select_for_update_nowait": _empty,
    "select_for_update_skip_locked": _empty,
    "select_for_update_of": _empty,
    "select_for_no_key_update": _empty,
    "select_related": _related,
    "max_depth": _plain,
    "values_select": _names,
    "selected": _selected,
    "annotation_select_mask": _name_set,
    "_annotation_select_cache": _no_matter,
    "combinator": _empty,
    "combinator_all": _no_matter,
    "combined_queries": _empty,
    "extra_select_mask": _name_set,
    "_extra_select_cache": _no_matter,
    "extra_tables": _empty,
    "extra_order_by": _empty,
    "deferred_loading": _deferred,
    "explain_info": _empty,
    "_lookup_joins": _no_matter,
    "base_table": _no_matter,
    "subq_aliases": _no_matter,
}
"""Every attribute that a query can carry itself, and how it enters the shape."""
