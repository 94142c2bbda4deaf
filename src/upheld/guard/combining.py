"""UNION, INTERSECT, EXCEPT: what the parts put in one place must be of one kind.

Django knows the columns of the first part alone, and a row does not tell which part it
came from. So a sealed column shares its place only with sealed columns, a withheld one
with the same withheld, and what compares whole rows compares no ciphertext.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from django.db.models.expressions import Col, ColPairs, Value

from upheld.datamap.bound import BoundColumn
from upheld.errors import ForeignColumn
from upheld.guard.compiling import bound_column
from upheld.guard.lookups import sealed_column
from upheld.guard.outputs import Converter
from upheld.guard.refusal import refuse_column
from upheld.guard.rowseals import Seals, seals_of
from upheld.guard.sealeduse import refuse_sealed
from upheld.keyring import sealer

if TYPE_CHECKING:
    from upheld.guard.select import GuardedSelect


@dataclass(frozen=True, slots=True)
class Output:
    """One place of a part. `keys` are the places of its row's key, when it is sealed."""

    kind: Literal["plain", "empty", "sealed", "withheld"]
    column: BoundColumn | None = None
    converters: tuple[Converter, ...] = ()
    keys: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Part:
    """The select list of one part that is no combination itself."""

    outputs: tuple[Output, ...]
    seals: tuple[Seals, ...]


def parts_of(compiler: GuardedSelect) -> Sequence[Part]:
    """Return the parts of a compiled query, which is one part unless it combines."""
    if compiler.query.combinator:
        return compiler.parts
    expressions: list[Any] = []
    for expression, *_ in compiler.select:
        pair = expression.__class__ is ColPairs
        expressions += expression.get_cols() if pair else [expression]
    keys: dict[str, set[int]] = {}
    for at, expression in enumerate(expressions):
        if expression.__class__ is Col and expression.target.primary_key:
            keys.setdefault(expression.alias, set()).add(at)
    outputs = tuple(_output(compiler, expression, keys) for expression in expressions)
    return [Part(outputs, tuple(seals_of(compiler, expressions)))]


def _output(compiler: GuardedSelect, expression: Any, keys: dict[str, set[int]]) -> Output:
    withheld = compiler.withheld_by(expression)
    if withheld is not None:
        return Output("withheld", bound_column(expression.target), tuple(withheld))
    column = sealed_column(expression)
    if column is not None:
        return Output("sealed", column, keys=frozenset(keys.get(expression.alias, ())))
    if isinstance(expression, Value) and expression.value in (None, ""):
        return Output("empty")
    return Output("plain")


def check_parts(compiler: GuardedSelect, *, distinct: bool) -> None:
    """Refuse parts that do not go together. `distinct` = equal rows are found."""
    for places in zip(*(part.outputs for part in compiler.parts), strict=False):
        kinds = {place.kind for place in places} - {"empty"}
        for place in places:
            if place.kind == "withheld" and len({(p.kind, p.converters) for p in places}) > 1:
                assert place.column is not None
                note = "another column shares its place"
                refuse_column(compiler.context, place.column, "read", note=note)
        sealed = [place for place in places if place.kind == "sealed"]
        if not sealed:
            continue
        column = sealed[0].column
        assert column is not None
        if kinds != {"sealed"}:
            refuse_sealed(
                compiler.context, column, "it cannot share its place with what is not sealed"
            )
        one = {place.column for place in sealed} == {column}
        kept_apart = one and frozenset.intersection(*(place.keys for place in sealed))
        if distinct and not kept_apart:
            refuse_sealed(compiler.context, column, "equal values would count as different")


def converters_of(compiler: GuardedSelect, found: dict[int, Any]) -> dict[int, Any]:
    """Return Django's converters with those of sealed and withheld places put right."""
    done = dict(found)
    for at, places in enumerate(zip(*(part.outputs for part in compiler.parts), strict=False)):
        kinds = {place.kind for place in places}
        expression = done[at][1] if at in done else None
        if "withheld" in kinds:
            converters = next(place.converters for place in places if place.kind == "withheld")
            done[at] = (list(converters), expression)
        elif "sealed" in kinds:
            columns = {place.column: None for place in places if place.column is not None}
            field = next(iter(columns)).field
            converters = field.get_db_converters(compiler.connection)
            labels = tuple(column.label for column in columns)
            done[at] = ([_opener_among(labels), *converters], expression)
    return done


def common_seals(compiler: GuardedSelect) -> list[Seals]:
    """The seals that every part has in the same places; else rows cannot be compared."""
    seals = {part.seals for part in compiler.parts}
    return list(seals.pop()) if len(seals) == 1 else []


def _opener_among(labels: tuple[str, ...]) -> Converter:
    """Converter for values of several sealed columns; one of another column raises."""

    def open_sealed(value: Any, expression: Any, connection: Any) -> Any:
        if not value:
            return value
        open_ = sealer(connection.alias).open
        for label in labels[:-1]:
            try:
                return open_(value, column=label)
            except ForeignColumn:
                continue
        return open_(value, column=labels[-1])

    return open_sealed
