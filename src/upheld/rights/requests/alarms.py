"""Minding the clocks: who must be told, what has expired, what still waits to be sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib.auth import get_user_model
from django.db import DEFAULT_DB_ALIAS, transaction
from django.utils import timezone

from upheld.context import Actor, purpose
from upheld.datamap.active import active
from upheld.policy.types import RIGHTS
from upheld.rights.clocks.reading import day_in
from upheld.rights.identity.documents import sweep
from upheld.rights.requests.deciding import expire
from upheld.rights.requests.forgetting import tidy
from upheld.rights.requests.letters import send_waiting, write
from upheld.rights.requests.models import RightsRequest
from upheld.rights.requests.rules import zone
from upheld.rights.requests.states import IN_PROGRESS, KINDS, RUNNING

POST = "privacy"
"""The post that handles requests."""
SYSTEM = Actor("system", "system:requests")


@dataclass(frozen=True, slots=True)
class Minded:
    """What one run of the job did."""

    alarmed: int
    expired: int
    destroyed: int
    tidied: int
    released: int
    sent: int
    unsent: int


def due(using: str = DEFAULT_DB_ALIAS, *, today: date | None = None) -> list[RightsRequest]:
    """Return the running requests whose alarm day has come, the earliest first."""
    day = today or day_in(timezone.now(), zone())
    return list(
        RightsRequest.objects.using(using)
        .filter(state__in=RUNNING, alarm_on__lte=day)
        .order_by("next_by", "received_at")
    )


def mind(using: str = DEFAULT_DB_ALIAS, *, today: date | None = None) -> Minded:
    """Do everything that time asks for: expire, destroy, scan again, alarm, send.

    Once a day for each request an alarm; run it as often as you like.
    """
    expired = _expire(using)
    destroyed, released = sweep(using)
    alarmed = _alarm(using, today or day_in(timezone.now(), zone()))
    tidied = tidy(using=using)
    sent, unsent = send_waiting(using)
    return Minded(alarmed, expired, destroyed, tidied, released, sent, unsent)


def _expire(using: str) -> int:
    over = RightsRequest.objects.using(using).filter(
        state=IN_PROGRESS, verified_at__isnull=True, expires_at__lt=timezone.now()
    )
    rows = list(over)
    for row in rows:
        expire(row, using=using)
    return len(rows)


def _alarm(using: str, today: date) -> int:
    alarmed = 0
    for row in due(using, today=today):
        with transaction.atomic(using=using):
            fresh = RightsRequest.objects.using(using).filter(pk=row.pk).exclude(alarmed_on=today)
            if not fresh.update(alarmed_on=today):
                continue
            _tell(row, today, using)
            alarmed += 1
    return alarmed


def _tell(row: RightsRequest, today: date, using: str) -> None:
    """Write to everybody who holds the post; to the controller's own address if nobody does."""
    assert row.next_by is not None, "an alarm has a date"
    left = (row.next_by - today).days
    when = "today" if left == 0 else f"in {left} days" if left > 0 else f"{-left} days ago"
    text = (
        f"A request ({KINDS[row.kind]}) of {row.received_at:%Y-%m-%d} is due on "
        f"{row.next_by.isoformat()}: {when}.\n\nIts number is {row.pk}.\n"
        "Open it on the privacy desk.\n"
    )
    for address in _post_holders(using) or (active().policy.controller.contact,):
        write(row, "alarm", address, f"A request is due on {row.next_by.isoformat()}", text, using)


def _post_holders(using: str) -> tuple[str, ...]:
    user = get_user_model()
    column = user.get_email_field_name()
    with purpose(RIGHTS, actor=SYSTEM, place="requests"):
        staff = user._base_manager.using(using).filter(
            groups__name=f"post:{POST}", is_active=True, is_staff=True
        )
        return tuple(address for address in staff.values_list(column, flat=True) if address)
