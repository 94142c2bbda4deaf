"""Union, intersection, difference."""

from __future__ import annotations

from typing import Any

from tests.agreement.case import Case, RefusedError
from tests.agreement.shapes.shape import SQL, Shape, key, named, objects, table
from upheld.policy.semantics import Outcome


def _parts(case: Case) -> tuple[Any, Any]:
    found = objects(case).order_by().values_list("pk", case.column)
    return found.filter(pk=case.question.row), found


def _readable(case: Case) -> dict[int, Any]:
    rows = case.rows()
    case.need("read")
    return {row.pk: row.values[case.column] for row in rows}


def _pairs(held: dict[int, Any]) -> list[tuple[int, Any]]:
    return sorted(held.items())


def _union(case: Case) -> Any:
    one, every = _parts(case)
    return sorted(one.union(every))


def _union_all(case: Case) -> Any:
    one, every = _parts(case)
    return sorted(one.union(every, all=True))


def _union_all_expected(case: Case) -> Any:
    held = _readable(case)
    one = [(pk, value) for pk, value in held.items() if pk == case.question.row]
    return sorted([*_pairs(held), *one])


def _common(case: Case) -> Any:
    one, every = _parts(case)
    return sorted(one.intersection(every))


def _common_expected(case: Case) -> Any:
    return [pair for pair in _pairs(_readable(case)) if pair[0] == case.question.row]


def _rest(case: Case) -> Any:
    one, every = _parts(case)
    return sorted(every.difference(one))


def _rest_expected(case: Case) -> Any:
    return [pair for pair in _pairs(_readable(case)) if pair[0] != case.question.row]


def _objects(case: Case) -> Any:
    one = objects(case).order_by().filter(pk=case.question.row)
    return sorted(each.pk for each in one.union(objects(case).order_by()))


def _objects_expected(case: Case) -> Any:
    rows = case.rows()
    case.loadable()
    return [row.pk for row in rows]


def _values_alone(case: Case) -> Any:
    found = objects(case).order_by().values_list(case.column)
    return sorted(found.filter(pk=case.question.row).union(found))


def _values_alone_expected(case: Case) -> Any:
    rows = case.rows()
    if case.outcome("read") is Outcome.MASK:
        raise RefusedError
    case.need("read")
    case.plain()
    return sorted({(row.values[case.column],) for row in rows})


def _sql(case: Case) -> SQL:
    part = f"SELECT {key(case)}, {named(case)} FROM {table(case)}"
    return f"{part} WHERE {key(case)} = %s UNION {part} ORDER BY 1", (case.question.row,)


SHAPES = [
    Shape("union", _union, lambda case: _pairs(_readable(case)), sql=_sql),
    Shape("union all", _union_all, _union_all_expected),
    Shape("intersection", _common, _common_expected),
    Shape("difference", _rest, _rest_expected),
    Shape("union of objects", _objects, _objects_expected),
    Shape("union of values", _values_alone, _values_alone_expected),
]
