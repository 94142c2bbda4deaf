"""Erase one person, completely and in one transaction.

Safety argument. Every row of the person is found by the map's subject paths, planned
before anything is touched, and changed inside one database transaction together with the
destruction of the person's keys, the consent ledger's and the evidence index's links and
the receipt. A crash at any point rolls all of it back. Before the transaction commits, the
person is searched again from nothing; a single value found that the plan does not keep
raises, and nothing is erased. Rows of other people are never deleted: a row that something
of theirs hangs on is blanked and stays as a shell. Kept values are sealed anew under a key
of their own, since the person's key is destroyed.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from django.db import DEFAULT_DB_ALIAS, models, transaction

from upheld import consent, journal, keyring
from upheld.datamap.active import active
from upheld.datamap.bound import BoundColumn, BoundModel
from upheld.errors import RightsError
from upheld.guard.models import SessionLink
from upheld.guard.sealing import sealed_for
from upheld.rights.blocking import check_blocks
from upheld.rights.holdings import engine_reads, names_of, rows
from upheld.rights.models import ErasureReceipt
from upheld.rights.plan import Plan, RowPlan, plan

_EMPTY_DATE = datetime(1970, 1, 1, tzinfo=UTC)


class ErasureIncomplete(RightsError):
    """The re-scan found data that should be gone; the transaction was rolled back."""

    code = "rights.erasure_incomplete"


def erase(subject: str, *, ground: str, using: str = DEFAULT_DB_ALIAS) -> ErasureReceipt:
    """Erase `subject` (`kind:value`) and return the receipt.

    `ground` says why in plain words (`asked in the member centre`). Raises
    `ErasureIncomplete` if anything would be left behind, `ErasureBlocked` if something
    stands in the way for now; nothing is changed then.
    """
    person = secrets.token_hex(16)
    keeper = f"held:{person}"
    with transaction.atomic(using=using):
        check_blocks(subject, using)
        names = names_of(subject, using)
        todo = plan(subject, using)
        with engine_reads(subject):
            written = {
                (row.model.label, row.pk): _blank(row, keeper, using)
                for row in todo.rows
                if not row.delete
            }
            for model, pks in _deletions(todo):
                model.model._base_manager.using(using).filter(pk__in=pks).delete()
        consent.forget(subject, using=using)
        receipt = _receipt(person, todo, ground, using)
        journal.write_now(
            journal.here(
                "erasure",
                categories=tuple(active().policy.data),
                rows=len(todo.rows),
                subjects=(subject,),
                decision="allow",
            ),
            using=using,
        )
        _verify(subject, todo, written, using)
        journal.forget(subject, using=using)
        SessionLink.objects.using(using).filter(subject=subject).delete()
        keyring.destroy(names, using=using)
    return receipt


def _deletions(todo: Plan) -> Iterable[tuple[BoundModel, list[object]]]:
    """Group the deletions by model, keeping the plan's order: children first."""
    grouped: dict[BoundModel, list[object]] = {}
    for row in todo.rows:
        if row.delete:
            grouped.setdefault(row.model, []).append(row.pk)
    return grouped.items()


def _blank(row: RowPlan, keeper: str, using: str) -> dict[str, Any]:
    """Empty every personal column that is not kept; seal the kept ones under `keeper`.

    Returns the empty values written, by column name.
    """
    instance = row.model.model._base_manager.using(using).get(pk=row.pk)
    kept = row.kept_columns
    emptied: dict[str, Any] = {}
    sealed_anew: list[str] = []
    for column in row.model.columns:
        if column.role != "category":
            continue
        if column.field.name not in kept:
            emptied[column.field.name] = empty_value(column)
            setattr(instance, column.field.attname, emptied[column.field.name])
        elif column.lookup is not None:
            sealed_anew.append(column.field.name)
    if emptied or sealed_anew:
        with sealed_for(keeper):
            # Past the model's own save(), which may fill in what was just emptied.
            models.Model.save_base(instance, using=using, update_fields=[*emptied, *sealed_anew])
    return emptied


def empty_value(column: BoundColumn) -> Any:
    """Return the value that says nothing, of the column's type.

    Unique columns get a random one, so that two erased rows do not collide.
    """
    field = column.field
    if field.null:
        return None
    if isinstance(field, models.CharField | models.TextField):
        if field.unique:
            width = min(field.max_length or 23, 23)
            return f"erased-{secrets.token_hex(8)}" if width == 23 else secrets.token_hex(8)[:width]
        return ""
    if isinstance(field, models.DateTimeField):
        return _EMPTY_DATE
    if isinstance(field, models.DateField):
        return _EMPTY_DATE.date()
    if field.has_default():
        return field.get_default()
    if isinstance(field, models.BooleanField):
        return False
    if isinstance(field, models.IntegerField | models.FloatField | models.DecimalField):
        return 0
    if isinstance(field, models.JSONField):
        return {}
    if isinstance(field, models.BinaryField):
        return b""
    raise RightsError(
        f"cannot empty `{column.label}` of type `{type(field).__name__}`",
        hint="make the column nullable or give it a default",
    )


def _verify(
    subject: str, todo: Plan, written: dict[tuple[str, object], dict[str, Any]], using: str
) -> None:
    """Search the person again from nothing. Raises `ErasureIncomplete`.

    A shell may still be there, with what is kept and the empty values `written` to it.
    """
    kept = {(row.model.label, row.pk): row.kept_columns for row in todo.rows if not row.delete}
    for row in rows(subject, using):
        place = (row.model.label, row.instance.pk)
        empty = written.get(place, {})
        for value in row.values:
            name = value.column.field.name
            # What the row holds: of a secret, `value.value` is not the value.
            held = getattr(row.instance, value.column.field.attname)
            if name in kept.get(place, ()) or (name in empty and empty[name] == held):
                continue
            raise ErasureIncomplete(
                f"`{value.column.label}` of row `{row.instance.pk}` is still there",
                hint="nothing was erased; correct the map and try again",
                column=value.column.label,
            )


def _receipt(person: str, todo: Plan, ground: str, using: str) -> ErasureReceipt:
    holds = active().policy.holds
    now = datetime.now(UTC)
    content = {
        "format": "upheld-erasure-1",
        "person": person,
        "controller": active().policy.controller.name,
        "done_at": now.isoformat(timespec="seconds"),
        "ground": ground,
        "rows_deleted": sum(row.delete for row in todo.rows),
        "rows_emptied": sum(not row.delete and not row.kept for row in todo.rows),
        "kept": [
            {
                "why": holds[hold].title or hold,
                "rows": count,
                "categories": list(categories),
                "until": _day(until),
            }
            for hold, (count, until, categories) in todo.kept_by_hold().items()
        ],
    }
    return ErasureReceipt.objects.using(using).create(person=person, done_at=now, content=content)


def _day(until: date | None) -> str:
    return until.isoformat() if until else "until it is released"
