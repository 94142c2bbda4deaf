"""The order of rows tells what is in them."""

from __future__ import annotations

from typing import Any

from django.db.models import F

from tests.agreement.case import Case
from tests.agreement.shapes.shape import SQL, Shape, key, named, objects, table


def _ordered(make: Any) -> Any:
    def ask(case: Case) -> Any:
        return list(make(case, objects(case)).values_list("pk", flat=True))

    return ask


def _expected(case: Case, *, down: bool = False) -> Any:
    rows = case.rows()
    case.need("match")
    case.plain()
    ranked = sorted(rows, key=lambda row: row.pk)
    ranked.sort(key=lambda row: row.values[case.column], reverse=down)
    return [row.pk for row in ranked]


def _sql(case: Case) -> SQL:
    return f"SELECT {key(case)} FROM {table(case)} ORDER BY {named(case)}, 1", ()


def _latest(case: Case) -> Any:
    return [each.pk for each in objects(case).only("pk").order_by(f"-{case.column}", "pk")[:1]]


SHAPES = [
    Shape("order", _ordered(lambda c, found: found.order_by(c.column, "pk")), _expected, sql=_sql),
    Shape(
        "order down",
        _ordered(lambda c, found: found.order_by(f"-{c.column}", "pk")),
        lambda case: _expected(case, down=True),
    ),
    Shape(
        "order by expression",
        _ordered(lambda c, found: found.order_by(F(c.column).asc(nulls_last=True), "pk")),
        _expected,
    ),
    Shape(
        "top of the order",
        _latest,
        lambda case: _expected(case, down=True)[:1],
    ),
]
