"""A correction that somebody asked for, applied by the privacy post to their own rows only.

The log says which column was corrected on whose behalf; neither the old nor the new value is
written anywhere but into the row.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import DEFAULT_DB_ALIAS, transaction

from upheld.datamap.active import active
from upheld.datamap.bound import BoundColumn
from upheld.datamap.paths import rows_of
from upheld.disclosure import passing_on
from upheld.errors import RightsError
from upheld.rights.holdings import engine_reads, rows
from upheld.rights.requests.models import RightsRequest
from upheld.rights.requests.states import IN_PROGRESS, WrongMove
from upheld.rights.requests.steps import move

KINDS = frozenset({"identity", "contact", "preference", "free_text", "transaction"})
"""What may be corrected. Secrets, documents and what machines noted are not."""


@dataclass(frozen=True, slots=True)
class Correctable:
    """One value that may be corrected, by its place; the value itself is not here."""

    column: str
    pk: str
    label: str
    table: str


def correctables(row: RightsRequest, *, using: str = DEFAULT_DB_ALIAS) -> tuple[Correctable, ...]:
    """Every place that a correction may be applied to."""
    if not row.subject:
        return ()
    return tuple(
        Correctable(
            value.column.label,
            str(held.instance.pk),
            value.label,
            str(held.model.model._meta.verbose_name),
        )
        for held in rows(row.subject, using)
        for value in held.values
        if may_correct(value.column)
    )


def may_correct(column: BoundColumn) -> bool:
    """True for a value that people gave and that can be given anew."""
    field = column.field
    return (
        column.role == "category"
        and active().policy.data[column.category].kind in KINDS
        and not column.copy_of
        and field.editable
        and not field.unique
    )


def correct(
    row: RightsRequest, column: str, pk: str, value: str, *, using: str = DEFAULT_DB_ALIAS
) -> None:
    """Put `value` into one row of the person whom the request is about. Raises `RightsError`
    for a row that is not theirs, `ValidationError` for a value that the column does not take."""
    target = active().datamap.labelled(column)
    model = active().datamap.model(target.field.model) if target is not None else None
    if target is None or model is None or not may_correct(target):
        raise RightsError(f"`{column}` cannot be corrected", hint="choose a value from the list")
    with transaction.atomic(using=using):
        done = move(row.pk, "note", details={"corrected": column}, using=using)
        if done.kind != "correction" or done.state != IN_PROGRESS or done.verified_at is None:
            raise WrongMove(
                "nothing is corrected before it is known who asks",
                hint="confirm who asks first",
            )
        with engine_reads(done.subject or ""):
            try:
                instance = rows_of(model, done.subject or "", using).get(pk=pk)
            except (ObjectDoesNotExist, ValidationError, ValueError):
                raise RightsError(
                    "this row is not the person's", hint="choose a value from the list"
                ) from None
            field = target.field
            setattr(instance, field.attname, field.clean(value, instance))
            # The whole row, so that columns the app derives from this one follow.
            instance.save(using=using)
        passing_on.corrected(done.subject or "", (target.category,), using=using)
