"""Queries within queries."""

from __future__ import annotations

from typing import Any

from django.db.models import Case as When_
from django.db.models import Exists, OuterRef, Q, Subquery, Value, When

from tests.agreement.case import Case
from tests.agreement.shapes.filtering import _exact_expected
from tests.agreement.shapes.shape import Shape, objects


def _matching(case: Case) -> Any:
    return objects(case).filter(**{case.column: case.question.value})


def _key_in(case: Case) -> Any:
    found = objects(case).filter(pk__in=_matching(case).values("pk"))
    return sorted(found.values_list("pk", flat=True))


def _key_not_in(case: Case) -> Any:
    found = objects(case).exclude(pk__in=_matching(case).values("pk"))
    return sorted(found.values_list("pk", flat=True))


def _key_not_in_expected(case: Case) -> Any:
    found = set(_exact_expected(case))
    return [row.pk for row in case.rows() if row.pk not in found]


def _exists(case: Case) -> Any:
    inner = _matching(case).filter(pk=OuterRef("pk"))
    return sorted(objects(case).filter(Exists(inner)).values_list("pk", flat=True))


def _annotated_exists(case: Case) -> Any:
    inner = _matching(case).filter(pk=OuterRef("pk"))
    return sorted(objects(case).annotate(is_it=Exists(inner)).values_list("pk", "is_it"))


def _annotated_exists_expected(case: Case) -> Any:
    found = set(_exact_expected(case))
    return [(row.pk, row.pk in found) for row in case.rows()]


def _value_of(case: Case) -> Any:
    inner = objects(case).filter(pk=OuterRef("pk")).values(case.column)[:1]
    found = objects(case).annotate(asked=Subquery(inner))
    return sorted(found.values_list("pk", "asked"))


def _value_of_expected(case: Case) -> Any:
    rows = case.rows()
    case.need("read")
    case.plain()
    return [(row.pk, row.values[case.column]) for row in rows]


def _value_in(case: Case) -> Any:
    """Values that also stand in the given row."""
    inner = objects(case).filter(pk=case.question.row).values(case.column)
    found = objects(case).filter(**{f"{case.column}__in": inner})
    return sorted(found.values_list("pk", flat=True))


def _value_in_expected(case: Case) -> Any:
    rows = case.rows()
    case.need("match")
    case.plain()
    given = {row.values[case.column] for row in rows if row.pk == case.question.row}
    return [row.pk for row in rows if row.values[case.column] in given]


def _case_when(case: Case) -> Any:
    test = When(Q(**{case.column: case.question.value}), then=Value(1))
    found = objects(case).annotate(is_it=When_(test, default=Value(0)))
    return sorted(found.values_list("pk", "is_it"))


def _case_when_expected(case: Case) -> Any:
    rows = case.rows()
    case.condition()
    return [(row.pk, int(row.values[case.column] == case.question.value)) for row in rows]


SHAPES = [
    Shape("key in subquery", _key_in, _exact_expected),
    Shape("key not in subquery", _key_not_in, _key_not_in_expected),
    Shape("exists", _exists, _exact_expected),
    Shape("annotated with exists", _annotated_exists, _annotated_exists_expected),
    Shape("annotated with subquery", _value_of, _value_of_expected),
    Shape("value in subquery", _value_in, _value_in_expected),
    Shape("case", _case_when, _case_when_expected),
]
