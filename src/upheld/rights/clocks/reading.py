"""The dates of one request: what the law asks and what was promised, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from upheld.policy.period import Period
from upheld.rights.clocks.counting import Due, Pause, due
from upheld.rights.clocks.law import Law
from upheld.rights.clocks.workdays import Calendar

ALARM_WORKING_DAYS = 2
"""So many working days before a date the alarm goes."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What happened to a request. Instants are aware; days are those of `zone`."""

    received_at: datetime
    zone: str
    """IANA name, e.g. `America/New_York`."""
    verified_at: datetime | None = None
    pauses: tuple[Pause, ...] = ()


@dataclass(frozen=True, slots=True)
class Rules:
    """What the dates follow from. `law` None = no row of law is known for the country;
    `within` None = nothing was promised beyond the law."""

    calendar: Calendar
    law: Law | None = None
    within: Period | None = None
    counted_from: Literal["receipt", "verified"] = "receipt"
    verify_within: Period | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """The dates as they stand, each the last day in time; None = there is none (yet).

    `next_by` is the earliest that still counts, `alarm_on` the day the privacy post is told.
    """

    received_on: date
    lawful_by: date | None
    verify_by: date | None
    promised_by: date | None
    next_by: date | None
    alarm_on: date | None
    calendar: str
    skipped: tuple[tuple[date, str], ...] = ()

    def standing(self, today: date) -> Literal["none", "in time", "soon", "late"]:
        """How the request stands on `today`."""
        if self.next_by is None or self.alarm_on is None:
            return "none"
        if today > self.next_by:
            return "late"
        return "soon" if today >= self.alarm_on else "in time"


def day_in(moment: datetime, zone: str) -> date:
    """The calendar day of an instant where the request is handled."""
    return moment.astimezone(ZoneInfo(zone)).date()


def end_of(day: date, zone: str) -> datetime:
    """The instant at which `day` is over, by the wall clock of `zone`: 23 or 25 hours after
    its start when the clocks change."""
    following = day + timedelta(days=1)
    return datetime(following.year, following.month, following.day, tzinfo=ZoneInfo(zone))


def read_clock(facts: Facts, rules: Rules, *, today: date | None = None) -> Reading:
    """Work out every date of a request. `today` ends pauses that are still open."""
    received = day_in(facts.received_at, facts.zone)
    verified = day_in(facts.verified_at, facts.zone) if facts.verified_at else None

    def counted(start: date | None, period: Period | None, *, pauses: bool = True) -> Due | None:
        if start is None or period is None:
            return None
        return due(start, period, rules.calendar, facts.pauses if pauses else (), today=today)

    law = rules.law
    lawful = counted(received, law.within, pauses=law.pauses) if law else None
    verify = counted(received, rules.verify_within)
    start = verified if rules.counted_from == "verified" else received
    promised = counted(start, rules.within)
    open_dates = [each for each in (lawful, promised, None if verified else verify) if each]
    earliest = min(open_dates, key=lambda each: each.day) if open_dates else None
    return Reading(
        received_on=received,
        lawful_by=lawful.day if lawful else None,
        verify_by=verify.day if verify else None,
        promised_by=promised.day if promised else None,
        next_by=earliest.day if earliest else None,
        alarm_on=_alarm(earliest.day, received, rules.calendar) if earliest else None,
        calendar=rules.calendar.version,
        skipped=earliest.skipped if earliest else (),
    )


def _alarm(day: date, received: date, calendar: Calendar) -> date:
    return max(received, calendar.after(day, -ALARM_WORKING_DAYS))
