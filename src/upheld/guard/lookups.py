"""Lookups on sealed columns: the few that ciphertext can answer rightly.

`exact`, `iexact` and `in` compare the blind index, which stands for the value's normal
form; `isnull` and the empty text are stored in clear; `icontains` and its like are
answered for whole words where the category keeps word tokens.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models.expressions import Col
from django.db.models.lookups import (
    Contains,
    EndsWith,
    Exact,
    IContains,
    IEndsWith,
    IExact,
    In,
    IsNull,
    IStartsWith,
    StartsWith,
)

from upheld.datamap.bound import BoundColumn
from upheld.guard.compiling import bound_column
from upheld.guard.sealeduse import refuse_sealed
from upheld.guard.tokens import word_condition
from upheld.keyring import sealer
from upheld.sealing import MARK, NO_BLIND, PREFIX_LENGTH

if TYPE_CHECKING:
    from upheld.guard.select import GuardedSelect

SQL = tuple[str, Any]
_EQUAL = frozenset((Exact, IExact, In))
_WORDS = frozenset((Contains, IContains, StartsWith, IStartsWith, EndsWith, IEndsWith))
SEALED_LOOKUPS = frozenset((*_EQUAL, *_WORDS, IsNull))
_NO_INDEX = MARK + NO_BLIND


def sealed_column(expression: Any) -> BoundColumn | None:
    """Return the sealed column that `expression` is a plain reference to, else None."""
    if expression.__class__ is not Col:
        return None
    column = bound_column(expression.target)
    return column if column is not None and column.lookup is not None else None


def compile_sealed_lookup(compiler: GuardedSelect, node: Any, column: BoundColumn) -> SQL:
    """Return the SQL of a lookup on `column`. Raises `SealedUse` where none is right."""
    sql, params = _reference(compiler, node.lhs)
    cls = node.__class__
    if cls is IsNull:
        return f"{sql} IS {'' if node.rhs else 'NOT '}NULL", params
    other = sealed_column(node.rhs)
    if other is not None and cls is Exact:
        return _join(compiler, column, other, sql, params, node.rhs)
    if not node.rhs_is_direct_value() or hasattr(node.rhs, "as_sql"):
        refuse_sealed(compiler.context, column, "it can only be compared with a value")
    if cls in _WORDS:
        return _words(compiler, column, node)
    values = list(node.rhs) if cls is In else [node.rhs]
    return _equal(compiler, column, sql, params, values)


def _reference(compiler: GuardedSelect, col: Any) -> tuple[str, list[Any]]:
    before, compiler._lookup_of_sealed = compiler._lookup_of_sealed, True
    stage, compiler.stage = compiler.stage, "filter"
    try:
        sql, params = compiler.compile(col)
    finally:
        compiler._lookup_of_sealed, compiler.stage = before, stage
    return sql, list(params)


def _equal(
    compiler: GuardedSelect, column: BoundColumn, sql: str, params: list[Any], values: list[Any]
) -> SQL:
    texts = [str(value) for value in values if value is not None]
    parts, given = [], []
    prefixes = [text for text in texts if text]
    if len(prefixes) < len(texts):
        parts.append(f"{sql} = ''")
        given += params
    if prefixes:
        scope = column.blind_scope
        if scope is None:
            refuse_sealed(compiler.context, column, "it has no index to find values by")
        marks = sorted(
            {f"u1:{sealer(compiler.connection.alias).blind(scope, text)}" for text in prefixes}
        )
        many = ", ".join(["%s"] * len(marks))
        compare = f"IN ({many})" if len(marks) > 1 else "= %s"
        parts.append(f"substr({sql}, 1, {PREFIX_LENGTH}) {compare}")
        given += [*params, *marks]
    if not parts:
        return "0 = 1", []
    return (parts[0] if len(parts) == 1 else f"({' OR '.join(parts)})"), given


def _join(
    compiler: GuardedSelect,
    column: BoundColumn,
    other: BoundColumn,
    sql: str,
    params: list[Any],
    rhs: Any,
) -> SQL:
    if column.blind_scope is None or column.blind_scope != other.blind_scope:
        refuse_sealed(compiler.context, column, f"it cannot be compared with `{other.label}`")
    right, right_params = _reference(compiler, rhs)
    left_mark = f"substr({sql}, 1, {PREFIX_LENGTH})"
    return (
        f"({left_mark} = substr({right}, 1, {PREFIX_LENGTH}) AND {left_mark} <> '{_NO_INDEX}')",
        [*params, *right_params, *params],
    )


def _words(compiler: GuardedSelect, column: BoundColumn, node: Any) -> SQL:
    if column.lookup != "words" or column.blind_scope is None:
        refuse_sealed(compiler.context, column, "it cannot be searched by a part of it")
    text = str(node.rhs)
    if not text:
        return "1 = 1", []
    tokens = sorted(sealer(compiler.connection.alias).tokens(column.blind_scope, text))
    alias = compiler.quote_name_unless_alias(node.lhs.alias)
    return word_condition(column, alias, tokens, compiler.connection.vendor)
