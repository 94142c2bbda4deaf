"""Periods as people write them: `6 years`, `30 days`, `7 working days`, `prompt`."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Unit = Literal["hour", "day", "working day", "week", "month", "year"]
PROMPT = "prompt"
_FORM = re.compile(r"([0-9]{1,4}) (hour|day|working day|week|month|year)s?")
_DAYS: dict[str, float] = {
    "hour": 1 / 24,
    "day": 1,
    "working day": 1.4,
    "week": 7,
    "month": 30.4,
    "year": 365.25,
}


@dataclass(frozen=True, slots=True)
class Period:
    """A length of time. `6 months` is counted by the calendar, not as 180 days."""

    count: int
    unit: Unit

    def __str__(self) -> str:
        return f"{self.count} {self.unit}{'' if self.count == 1 else 's'}"

    @property
    def about_days(self) -> float:
        """Roughly how many days, to tell which of two periods is longer."""
        return self.count * _DAYS[self.unit]

    def after(self, day: date) -> date:
        """The day that lies this long after `day`; a short month ends it earlier.

        Raises ValueError for working days, which need a calendar of holidays. Hours are
        rounded up to whole days.
        """
        if self.unit == "working day":
            raise ValueError("working days need a calendar of holidays")
        if self.unit in ("month", "year"):
            months = self.count * (12 if self.unit == "year" else 1) + day.month - 1
            year, month = day.year + months // 12, months % 12 + 1
            return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
        if self.unit == "hour":
            return day + timedelta(days=-(-self.count // 24))
        return day + timedelta(days=self.count * (7 if self.unit == "week" else 1))


def parse_period(text: str) -> Period | None:
    """The period that `text` says, None when it says none (`prompt`, empty, nonsense)."""
    match = _FORM.fullmatch(text)
    if match is None or int(match[1]) == 0:
        return None
    return Period(int(match[1]), match[2])  # type: ignore[arg-type]  # the pattern holds units only


def longer(one: str, other: str) -> bool:
    """Whether `one` lasts longer than `other`. Without a limit (empty) is longest; `prompt` is
    shortest."""
    return _weight(one) > _weight(other)


def _weight(text: str) -> float:
    if text == PROMPT:
        return 0
    period = parse_period(text)
    return float("inf") if period is None else period.about_days
