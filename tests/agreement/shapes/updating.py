"""Rows changed and deleted; the answer is what the table holds afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import F

from tests.agreement.case import GRANTED, Case, RefusedError
from tests.agreement.shapes.shape import SQL, Shape, named, objects, of, plain_text, table
from tests.agreement.world import UPKEEP
from tests.project.clinic.models import Invoice, Note, Remark
from upheld.context import entered

NEW = "new text"


def _after(change: Callable[[Case], Any]) -> Callable[[Case], Any]:
    """Run a change and return what every row holds then."""

    def ask(case: Case) -> Any:
        change(case)
        with entered(UPKEEP):
            return sorted(objects(case).values_list("pk", case.column))

    return ask


def _stays(case: Case) -> list[tuple[int, Any]]:
    return [(row.pk, row.values[case.column]) for row in case.world.rows[case.model]]


def _changed(case: Case, keys: Iterable[int], value: str = NEW) -> list[tuple[int, Any]]:
    changed = set(keys)
    return [(pk, value if pk in changed else old) for pk, old in _stays(case)]


def _update(case: Case) -> None:
    objects(case).update(**{case.column: NEW})


def _update_expected(case: Case) -> Any:
    rows = case.rows()
    case.need("write")
    return _changed(case, [row.pk for row in rows])


def _update_sql(case: Case) -> SQL:
    return f"UPDATE {table(case)} SET {named(case)} = %s", (NEW,)


def _update_some(case: Case) -> None:
    objects(case).filter(**{case.column: case.question.value}).update(**{case.column: NEW})


def _update_some_expected(case: Case) -> Any:
    rows = case.rows()
    case.need("write")
    case.need("match")
    case.comparable()
    found = [row for row in rows if row.values[case.column] == case.question.value]
    return _changed(case, [row.pk for row in found])


def _clear(case: Case) -> None:
    objects(case).filter(pk=case.question.row).update(**{case.column: ""})


def _clear_expected(case: Case) -> Any:
    keys = case.keys()
    case.need("write")
    return _changed(case, keys & {case.question.row}, "")


def _copy(case: Case) -> None:
    objects(case).update(**{case.column: F(case.question.second)})


def _copy_expected(case: Case) -> Any:
    keys = case.keys()
    case.need("write")
    case.need("read", case.question.second)
    case.plain()
    case.plain(case.question.second)
    values = {row.pk: row.values[case.question.second] for row in case.world.rows[case.model]}
    return [(pk, values[pk] if pk in keys else old) for pk, old in _stays(case)]


def _save(case: Case) -> None:
    """`save(update_fields=)` of an object that another purpose loaded."""
    with entered(UPKEEP):
        found = objects(case).only(case.column).get(pk=case.question.row)
    setattr(found, case.column, NEW)
    try:
        with transaction.atomic():
            found.save(update_fields=[case.column])
    except DatabaseError as error:
        if "did not affect any rows" not in str(error):
            raise


def _save_expected(case: Case) -> Any:
    keys = case.keys()
    case.need("write")
    return _changed(case, keys & {case.question.row})


def _bulk_update(case: Case) -> None:
    with entered(UPKEEP):
        found = list(objects(case).only(case.column).order_by("pk"))
    for each in found:
        setattr(each, case.column, NEW)
    objects(case).bulk_update(found, [case.column])


def _bulk_update_expected(case: Case) -> Any:
    keys = case.keys()
    case.need("write")
    return _changed(case, keys)


def _delete_raw(case: Case) -> Any:
    """One DELETE statement, as Django makes where nothing depends on the rows."""
    queryset = objects(case).all()
    queryset._raw_delete(queryset.db)  # type: ignore[attr-defined]  # Django's own fast path
    return _left(case)


def _delete(case: Case) -> Any:
    objects(case).filter(pk__in=[row.pk for row in case.world.rows[case.model]]).delete()
    return _left(case)


def _left(case: Case) -> Any:
    with entered(UPKEEP):
        return sorted(objects(case).values_list("pk", flat=True))


def _delete_expected(case: Case) -> Any:
    keys = case.keys()
    for column in case.personal():
        if case.outcome("delete", column.field.name, column.field.model) not in GRANTED:
            raise RefusedError
    return [row.pk for row in case.world.rows[case.model] if row.pk not in keys]


LEAVES = of(Note, Invoice, Remark)
SHAPES = [
    Shape("update", _after(_update), _update_expected, plain_text, _update_sql, writes=True),
    Shape("update some", _after(_update_some), _update_some_expected, plain_text, writes=True),
    Shape("clear one", _after(_clear), _clear_expected, plain_text, writes=True),
    Shape("copy", _after(_copy), _copy_expected, plain_text, writes=True),
    Shape("save", _after(_save), _save_expected, plain_text, writes=True),
    Shape("bulk update", _after(_bulk_update), _bulk_update_expected, plain_text, writes=True),
    Shape(
        "delete raw", _delete_raw, _delete_expected, LEAVES,
        lambda case: (f"DELETE FROM {table(case)}", ()), writes=True,
    ),
    Shape("delete", _delete, _delete_expected, LEAVES, writes=True),
]  # fmt: skip
