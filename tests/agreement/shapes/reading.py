"""Values asked for by name."""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.db.models.functions import Concat, Length, Lower

from tests.agreement.case import Case
from tests.agreement.shapes.shape import SQL, Shape, key, named, objects, table


def _values(case: Case) -> Any:
    return sorted(objects(case).values_list("pk", case.column))


def _values_expected(case: Case) -> Any:
    return [(row.pk, case.seen(row)) for row in _readable(case)]


def _readable(case: Case) -> Any:
    """The rows, once it is sure that the column may be asked for though none is left."""
    rows = case.rows()
    case.seen(case.world.rows[case.model][0])
    return rows


def _values_sql(case: Case) -> SQL:
    return f"SELECT {key(case)}, {named(case)} FROM {table(case)} ORDER BY 1", ()


def _dicts(case: Case) -> Any:
    found = objects(case).order_by("pk").values("pk", case.column, case.question.second)
    return [(each["pk"], each[case.column], each[case.question.second]) for each in found]


def _dicts_expected(case: Case) -> Any:
    rows = _readable(case)
    case.seen(case.world.rows[case.model][0], case.question.second)
    return [(row.pk, case.seen(row), case.seen(row, case.question.second)) for row in rows]


def _annotated(case: Case) -> Any:
    found = objects(case).only("pk").annotate(asked=F(case.column))
    return sorted((each.pk, each.asked) for each in found)


def _function(make: Any) -> Any:
    def ask(case: Case) -> Any:
        found = objects(case).annotate(asked=make(case.column)).values_list("pk", "asked")
        return sorted(found)

    return ask


def _function_expected(change: Any) -> Any:
    def expect(case: Case) -> Any:
        rows = case.rows()
        case.need("read")
        case.plain()
        return [(row.pk, change(row.values[case.column])) for row in rows]

    return expect


def _distinct(case: Case) -> Any:
    return sorted(objects(case).values_list(case.column, flat=True).distinct())


def _distinct_expected(case: Case) -> Any:
    rows = case.rows()
    case.need("read")
    case.plain()
    return sorted({row.values[case.column] for row in rows})


def _count(case: Case) -> Any:
    return objects(case).count(), objects(case).exists()


def _count_expected(case: Case) -> Any:
    rows = case.rows()
    return len(rows), bool(rows)


def _count_sql(case: Case) -> SQL:
    return f"SELECT count(*), count(*) > 0 FROM {table(case)}", ()


def _keys(case: Case) -> Any:
    return sorted(objects(case).values_list("pk", flat=True))


def _keys_expected(case: Case) -> Any:
    return sorted(case.keys())


def _keys_sql(case: Case) -> SQL:
    return f"SELECT {key(case)} FROM {table(case)} ORDER BY 1", ()


SHAPES = [
    Shape("values", _values, _values_expected, sql=_values_sql),
    Shape("values of two columns", _dicts, _dicts_expected),
    Shape("annotated with the column", _annotated, _values_expected),
    Shape("lower case", _function(Lower), _function_expected(str.lower)),
    Shape("length", _function(Length), _function_expected(len)),
    Shape(
        "twice in one",
        _function(lambda name: Concat(name, name)),
        _function_expected(lambda text: text + text),
    ),
    Shape("distinct", _distinct, _distinct_expected),
    Shape("count", _count, _count_expected, sql=_count_sql),
    Shape("keys", _keys, _keys_expected, sql=_keys_sql),
]
