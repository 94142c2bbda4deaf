"""What becomes of a weakness: found with a severity and a last day, repaired, looked at again by
somebody else. Nothing is deleted, each step is in the evidence log."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from django.db import DEFAULT_DB_ALIAS, transaction

from upheld.context import Actor, current
from upheld.errors import UpheldError
from upheld.journal import here, write_now
from upheld.proving.inspection.looks import Severity
from upheld.proving.inspection.models import Weakness

REPAIR_DAYS: dict[Severity, int] = {"critical": 2, "high": 7, "medium": 30, "low": 90}
"""Days in which a weakness of each severity has to be repaired."""


class RepairRefused(UpheldError):
    """A step in a weakness's repair cannot be taken; nothing was changed."""

    code = "inspection.repair"


def note(
    what: str, severity: Severity, *, check: str = "", using: str = DEFAULT_DB_ALIAS
) -> Weakness:
    """Keep a weakness that somebody found. `what` names no person. Raises `RepairRefused`."""
    words = what.strip()
    if not words:
        raise RepairRefused("a weakness needs words", hint="say in one line what is weak")
    if severity not in REPAIR_DAYS:
        raise RepairRefused(
            f"`{severity}` is no severity", hint=f"use one of {', '.join(REPAIR_DAYS)}"
        )
    now = datetime.now(UTC)
    with transaction.atomic(using=using):
        made = Weakness.objects.using(using).create(
            check_id=check,
            what=words[:300],
            severity=severity,
            found_at=now,
            found_by=current().actor.ref,
            due_on=now.date() + timedelta(days=REPAIR_DAYS[severity]),
        )
        _log(made, "weakness found", using)
    return made


def repaired(
    pk: int, words: str, *, actor: Actor | None = None, using: str = DEFAULT_DB_ALIAS
) -> Weakness:
    """Note what was done against a weakness. Raises `RepairRefused`."""
    who = actor or current().actor
    with transaction.atomic(using=using):
        row = _get(pk, using)
        if row.repaired_at is not None:
            raise RepairRefused("this weakness is repaired already", hint="look at it again")
        if not words.strip():
            raise RepairRefused("a repair needs words", hint="say what was done")
        row.repair, row.repaired_at, row.repaired_by = (
            words.strip()[:300],
            datetime.now(UTC),
            who.ref,
        )
        row.save(using=using, update_fields=["repair", "repaired_at", "repaired_by"])
        _log(row, "weakness repaired", using)
    return row


def looked_again(
    pk: int, *, holds: bool, actor: Actor | None = None, using: str = DEFAULT_DB_ALIAS
) -> Weakness:
    """Note a second look: `holds` = it is repaired, otherwise it is open once more.

    Raises `RepairRefused` for whoever repaired it, and for what nobody repaired yet.
    """
    who = actor or current().actor
    with transaction.atomic(using=using):
        row = _get(pk, using)
        if row.repaired_at is None or row.looked_at is not None:
            raise RepairRefused(
                "this weakness waits for no second look", hint="look at the list again"
            )
        if row.repaired_by == who.ref:
            raise RepairRefused(
                "the second look needs another person",
                hint="somebody else than who repaired it must look",
            )
        if holds:
            row.looked_at, row.looked_by = datetime.now(UTC), who.ref
        else:
            row.repair, row.repaired_at, row.repaired_by = "", None, ""
        row.save(using=using)
        _log(row, "repair confirmed" if holds else "repair does not hold", using)
    return row


def overdue(*, today: date | None = None, using: str = DEFAULT_DB_ALIAS) -> list[Weakness]:
    """Weaknesses whose last day is over and that nobody repaired."""
    day = today or datetime.now(UTC).date()
    return list(Weakness.objects.using(using).filter(repaired_at__isnull=True, due_on__lt=day))


def _get(pk: int, using: str) -> Weakness:
    found = Weakness.objects.using(using).select_for_update().filter(pk=pk).first()
    if found is None:
        raise RepairRefused("there is no such weakness", hint="look at the list again")
    return found


def _log(row: Weakness, decision: str, using: str) -> None:
    write_now(
        here(
            "write",
            model="upheld.Weakness",
            rows=1,
            decision=decision,
            details={"weakness": str(row.pk), "severity": row.severity, "check": row.check_id},
        ),
        using=using,
    )
