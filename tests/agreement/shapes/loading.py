"""Whole objects, and objects with a part of their columns."""

from __future__ import annotations

from typing import Any

from django.core import serializers

from tests.agreement.case import Case, RefusedError
from tests.agreement.shapes.shape import Shape, objects
from upheld.policy.semantics import Outcome


def _held(case: Case, found: Any, name: str = "") -> Any:
    name = name or case.column
    return {
        each.pk: "deferred" if name in each.get_deferred_fields() else getattr(each, name)
        for each in found
    }


def _expected(case: Case) -> Any:
    rows = case.rows()
    case.loadable()
    return {row.pk: case.loaded(row) for row in rows}


def _all(case: Case) -> Any:
    return _held(case, objects(case).order_by("pk"))


def _iterated(case: Case) -> Any:
    return _held(case, objects(case).order_by("pk").iterator(chunk_size=2))


def _in_bulk(case: Case) -> Any:
    return _held(case, objects(case).in_bulk().values())


def _one(case: Case) -> Any:
    return _held(case, objects(case).filter(pk=case.question.row)[:1])


def _one_expected(case: Case) -> Any:
    return {pk: value for pk, value in _expected(case).items() if pk == case.question.row}


def _first(case: Case) -> Any:
    return _held(case, [each for each in (objects(case).first(),) if each is not None])


def _first_expected(case: Case) -> Any:
    return dict(list(_expected(case).items())[:1])


def _only(case: Case) -> Any:
    found = objects(case).only(case.column).order_by("pk")
    return {each.pk: getattr(each, case.column) for each in found}


def _only_expected(case: Case) -> Any:
    case.rows()
    case.seen(case.world.rows[case.model][0])
    return {row.pk: case.seen(row) for row in case.rows()}


def _touched(case: Case) -> Any:
    """Touch the attribute of a loaded object: what was withheld is asked for now."""
    return {each.pk: getattr(each, case.column) for each in objects(case).order_by("pk")}


def _touched_expected(case: Case) -> Any:
    held = _expected(case)
    if held and case.outcome("read") is Outcome.DEFER:
        raise RefusedError
    return held


def _deferred(case: Case) -> Any:
    found = objects(case).defer(case.column).order_by("pk")
    return _held(case, found, case.question.second)


def _deferred_expected(case: Case) -> Any:
    rows = case.rows()
    left = [c for c in case.personal() if c.field.name != case.column]
    for column in left:
        if case.outcome("read", column.field.name, column.field.model) is Outcome.REFUSE:
            raise RefusedError
    if case.question.second == case.column:
        return {row.pk: "deferred" for row in rows}
    return {row.pk: case.loaded(row, case.question.second) for row in rows}


def _serialized(case: Case) -> Any:
    """Django's own export reads every column of every row."""
    found = serializers.serialize("python", objects(case).order_by("pk"), fields=[case.column])
    return {each["pk"]: each["fields"].get(case.column) for each in found}


SHAPES = [
    Shape("all", _all, _expected),
    Shape("iterator", _iterated, _expected),
    Shape("in_bulk", _in_bulk, _expected),
    Shape("one by key", _one, _one_expected),
    Shape("first", _first, _first_expected),
    Shape("only", _only, _only_expected),
    Shape("touched", _touched, _touched_expected),
    Shape("defer", _deferred, _deferred_expected),
    Shape(
        "serialized",
        _serialized,
        _touched_expected,
        fits=lambda model, column: model._meta.label != "clinic.Scan",
    ),
]
