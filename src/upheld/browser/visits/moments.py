"""What time it is for a visit: a day and an hour by the site's own clock, and no finer."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from upheld.conf import conf


class Moment(NamedTuple):
    """A day and an hour (0 to 23) of the site's zone. Where clocks are set back, one hour is
    two; where they are set forward, one is missing."""

    day: date
    hour: int


def now() -> Moment:
    """This moment. It comes from the clock of the machine: it may jump, also backwards."""
    return of(timezone.now())


def of(at: datetime) -> Moment:
    """The moment of an aware time."""
    local = at.astimezone(ZoneInfo(conf().ZONE or settings.TIME_ZONE))
    return Moment(local.date(), local.hour)


def seconds_left(at: datetime | None = None) -> int:
    """Seconds until the site's day ends, at least one."""
    zone = ZoneInfo(conf().ZONE or settings.TIME_ZONE)
    local = (at or timezone.now()).astimezone(zone)
    # Counted by the wall clock: a day of 23 or 25 hours errs by one, never past the next night.
    gone = local.hour * 3600 + local.minute * 60 + local.second
    return max(1, 86_400 - gone)
