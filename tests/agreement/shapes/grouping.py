"""Numbers made of many rows."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, F, Max, Min, Q, Window
from django.db.models.functions import RowNumber

from tests.agreement.case import Case
from tests.agreement.shapes.shape import SQL, Shape, named, objects, table


def _aggregate(make: Any) -> Any:
    return lambda case: objects(case).aggregate(asked=make(case.column))["asked"]


def _clear_values(case: Case) -> list[str]:
    rows = case.rows()
    case.need("read")
    case.plain()
    return [row.values[case.column] for row in rows]


def _groups(case: Case) -> Any:
    found = objects(case).values(case.column).annotate(n=Count("pk")).order_by()
    return sorted((each[case.column], each["n"]) for each in found)


def _groups_expected(case: Case) -> Any:
    values = _clear_values(case)
    return sorted((value, values.count(value)) for value in set(values))


def _groups_sql(case: Case) -> SQL:
    name = named(case)
    return f"SELECT {name}, count(*) FROM {table(case)} GROUP BY {name} ORDER BY 1", ()


def _large(case: Case) -> Any:
    found = objects(case).values(case.column).annotate(n=Count("pk")).filter(n__gt=1).order_by()
    return sorted(each[case.column] for each in found)


def _large_expected(case: Case) -> Any:
    return [value for value, n in _groups_expected(case) if n > 1]


def _counted_if(case: Case) -> Any:
    wanted = Q(**{case.column: case.question.value})
    return objects(case).aggregate(n=Count("pk", filter=wanted))["n"]


def _counted_if_expected(case: Case) -> Any:
    rows = case.rows()
    case.condition()
    return [row.values[case.column] for row in rows].count(case.question.value)


def _numbered(case: Case) -> Any:
    number = Window(RowNumber(), order_by=[F(case.column).asc(), F("pk").asc()])
    return sorted(objects(case).annotate(n=number).values_list("n", "pk"))


def _numbered_expected(case: Case) -> Any:
    rows = case.rows()
    case.need("read")
    case.plain()
    ranked = sorted(rows, key=lambda row: (row.values[case.column], row.pk))
    return [(n, row.pk) for n, row in enumerate(ranked, start=1)]


SHAPES = [
    Shape(
        "largest",
        _aggregate(Max),
        lambda case: max(_clear_values(case), default=None),
        sql=lambda case: (f"SELECT max({named(case)}) FROM {table(case)}", ()),
    ),
    Shape("smallest", _aggregate(Min), lambda case: min(_clear_values(case), default=None)),
    Shape(
        "number of values",
        _aggregate(lambda name: Count(name, distinct=True)),
        lambda case: len(set(_clear_values(case))),
    ),
    Shape("groups", _groups, _groups_expected, sql=_groups_sql),
    Shape("large groups", _large, _large_expected),
    Shape("count of some", _counted_if, _counted_if_expected),
    Shape("numbered", _numbered, _numbered_expected),
]
