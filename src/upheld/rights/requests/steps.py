"""The one place where a request moves: lock, check, change, read the clock, log.

Two workers, a double click or a repeated job cannot both move a request: the row is locked
where the database can, and written only if nobody wrote it meanwhile. The step, the new dates
and the entry in the evidence log are one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, transaction
from django.utils import timezone

from upheld.context import current
from upheld.errors import RightsError
from upheld.journal import here, write_now
from upheld.rights.requests.models import RequestEvent, RightsRequest
from upheld.rights.requests.rules import clock_of
from upheld.rights.requests.states import FINAL, Step, WrongMove, moved

Change = Callable[[RightsRequest], None]


class NoRequest(RightsError):
    """There is no such request."""

    code = "rights.no_request"


def locked(id: UUID, using: str = DEFAULT_DB_ALIAS) -> RightsRequest:
    """Return the request, locked until the transaction ends. Raises `NoRequest`."""
    row = RightsRequest.objects.using(using).select_for_update().filter(pk=id).first()
    if row is None:
        raise NoRequest(f"there is no request `{id}`", hint="it may have been opened elsewhere")
    return row


def move(
    id: UUID,
    step: Step,
    *,
    reason: str = "",
    details: Mapping[str, str] | None = None,
    change: Change | None = None,
    using: str = DEFAULT_DB_ALIAS,
) -> RightsRequest:
    """Take one step with a request and return it as it stands then.

    `change` sets further fields of the row, inside the transaction. `details` are logged for
    good: facts, never personal data. Raises `WrongMove`, `NoRequest`; nothing is changed then.
    """
    with transaction.atomic(using=using):
        row = locked(id, using)
        before, version, subject = row.state, row.version, row.subject
        row.state = moved(step, before, proved=row.verified_at is not None)
        if row.state != before or step in ("ask_proof", "verify"):
            row.reason = reason
        if row.state in FINAL and row.closed_at is None:
            row.closed_at = timezone.now()
        if change is not None:
            change(row)
        keep(row, version, using)
        log(row, step, before, details or {}, using, subject=subject)
    return row


def keep(row: RightsRequest, version: int, using: str) -> None:
    """Write the row with its dates read anew, unless somebody wrote it since `version`."""
    read_dates(row)
    row.version = version + 1
    values: dict[str, Any] = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if not field.primary_key
    }
    rows = RightsRequest.objects.using(using).filter(pk=row.pk, version=version)
    if not rows.update(**values):
        raise WrongMove(
            "somebody else moved this request just now", hint="look at the request again"
        )


def read_dates(row: RightsRequest) -> None:
    """Put the dates of the clock into the row; a closed request keeps its own."""
    if row.state in FINAL:
        row.alarm_on = row.next_by = None
        return
    reading = clock_of(row)
    row.lawful_by, row.verify_by = reading.lawful_by, reading.verify_by
    row.promised_by, row.next_by = reading.promised_by, reading.next_by
    row.alarm_on, row.calendar = reading.alarm_on, reading.calendar


def log(
    row: RightsRequest,
    step: str,
    before: str,
    details: Mapping[str, str],
    using: str,
    *,
    subject: str | None,
) -> RequestEvent:
    """Write the step into the evidence log and beside the request."""
    facts = {"request": str(row.pk), "asked": row.kind, "step": step, **details}
    for name in ("lawful_by", "verify_by", "promised_by"):
        day = getattr(row, name)
        if day is not None:
            facts[name] = day.isoformat()
    if row.reason:
        facts["reason"] = row.reason
    if row.calendar:
        facts["calendar"] = row.calendar
    event = write_now(
        here(
            "request",
            rows=1,
            subjects=(subject,) if subject else (),
            decision=row.state,
            details=facts,
        ),
        using=using,
    )
    return RequestEvent.objects.using(using).create(
        request=row,
        at=timezone.now(),
        step=step,
        before=before,
        after=row.state,
        actor=current().actor.kind,
        event=event,
        details=facts,
    )
