"""Rows found by what a column holds."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Q, Value
from django.db.models.functions import Lower

from tests.agreement.case import Case, RefusedError
from tests.agreement.shapes.shape import SQL, Shape, key, named, objects, table


def _asked(make: Any) -> Any:
    def ask(case: Case) -> Any:
        return sorted(make(case, objects(case)).values_list("pk", flat=True))

    return ask


def _equal(case: Case, test: Any) -> Any:
    """Keys of the rows that pass, where equality is all that is asked."""
    rows = case.rows()
    case.need("match")
    case.comparable()
    return [row.pk for row in rows if test(row.values[case.column])]


def _clear(case: Case, test: Any) -> Any:
    """Keys of the rows that pass, where only clear text can tell."""
    rows = case.rows()
    case.need("match")
    case.plain()
    return [row.pk for row in rows if test(row.values[case.column])]


def _folded(case: Case, text: str) -> str:
    """The form in which an index compares: sealed values are found in any case."""
    return text if case.seal() is None else text.strip().lower()


def _exact_expected(case: Case) -> Any:
    wanted = _folded(case, case.question.value)
    return _equal(case, lambda value: _folded(case, value) == wanted)


def _exclude_expected(case: Case) -> Any:
    found = set(_exact_expected(case))
    return [row.pk for row in case.rows() if row.pk not in found]


def _in_expected(case: Case) -> Any:
    wanted = {_folded(case, text) for text in (case.question.value, case.question.other)}
    return _equal(case, lambda value: _folded(case, value) in wanted)


def _empty_expected(case: Case) -> Any:
    rows = case.rows()
    case.need("match")
    return [row.pk for row in rows if row.values[case.column] == ""]


def _null_expected(case: Case) -> Any:
    case.rows()
    case.need("match")
    return []


def _two_expected(case: Case) -> Any:
    found = _exact_expected(case)
    case.need("match", case.question.second)
    if case.seal(case.question.second) == "none":
        case.comparable(case.question.second)
    return found


def _exact_sql(case: Case) -> SQL:
    statement = f"SELECT {key(case)} FROM {table(case)} WHERE {named(case)} = %s ORDER BY 1"
    return statement, (case.question.value,)


def _half(text: str) -> str:
    return text[: max(1, len(text) // 2)]


def _same_expected(case: Case) -> Any:
    """Two sealed columns can be compared where they share an index."""
    rows, second = case.rows(), case.question.second
    case.need("match")
    case.need("match", second)
    if case.seal() is None and case.seal(second) is None:
        return [row.pk for row in rows if row.values[case.column] == row.values[second]]
    scope = case.bound_column().blind_scope
    if scope is None or scope != case.bound_column(second).blind_scope:
        raise RefusedError
    folded = [(row.pk, _folded(case, row.values[case.column]), row.values[second]) for row in rows]
    return [pk for pk, value, other in folded if value == _folded(case, other)]


SHAPES = [
    Shape(
        "filter",
        _asked(lambda case, found: found.filter(**{case.column: case.question.value})),
        _exact_expected,
        sql=_exact_sql,
    ),
    Shape(
        "exclude",
        _asked(lambda case, found: found.exclude(**{case.column: case.question.value})),
        _exclude_expected,
    ),
    Shape(
        "in",
        _asked(
            lambda case, found: found.filter(
                **{f"{case.column}__in": [case.question.value, case.question.other]}
            )
        ),
        _in_expected,
    ),
    Shape(
        "either",
        _asked(
            lambda case, found: found.filter(
                Q(**{case.column: case.question.value}) | Q(**{case.column: case.question.other})
            )
        ),
        _in_expected,
    ),
    Shape(
        "empty",
        _asked(lambda case, found: found.filter(**{case.column: ""})),
        _empty_expected,
    ),
    Shape(
        "is null",
        _asked(lambda case, found: found.filter(**{f"{case.column}__isnull": True})),
        _null_expected,
    ),
    Shape(
        "starts with",
        _asked(
            lambda case, found: found.filter(
                **{f"{case.column}__startswith": _half(case.question.value)}
            )
        ),
        lambda case: _clear(case, lambda value: value.startswith(_half(case.question.value))),
        fits=lambda model, column: column not in ("name", "search_text", "first_name", "last_name"),
    ),
    Shape(
        "greater",
        _asked(lambda case, found: found.filter(**{f"{case.column}__gt": case.question.value})),
        lambda case: _clear(case, lambda value: value > case.question.value),
    ),
    Shape(
        "function of it",
        _asked(
            lambda case, found: found.annotate(low=Lower(case.column)).filter(
                low=Value(case.question.value.lower())
            )
        ),
        lambda case: _function_expected(case),
    ),
    Shape(
        "same as another column",
        _asked(lambda case, found: found.filter(**{case.column: F(case.question.second)})),
        _same_expected,
    ),
]


def _function_expected(case: Case) -> Any:
    return _clear(case, lambda value: value.lower() == case.question.value.lower())
