"""Periods of time as the policy writes them: `30 days`, `6 years`, `7 working days`."""

from __future__ import annotations

import re
from datetime import date, timedelta

from upheld.errors import UpheldError

_FORM = re.compile(r"(?P<number>[1-9][0-9]{0,4}) (?P<unit>hour|day|week|month|year)s?\Z")


class PeriodError(UpheldError):
    """A period that cannot be read."""

    code = "policy.period"


def add(start: date, period: str) -> date:
    """Return `start` plus `period` in calendar terms.

    A month or year ends on the same day number, or on the month's last day where that
    does not exist. Hours count as the day they end in. Raises `PeriodError`.
    """
    match = _FORM.match(period)
    if match is None:
        raise PeriodError(
            f"`{period}` is not a period", hint="write for example `30 days` or `6 years`"
        )
    number, unit = int(match["number"]), match["unit"]
    if unit == "hour":
        return start + timedelta(days=-(-number // 24))
    if unit == "day":
        return start + timedelta(days=number)
    if unit == "week":
        return start + timedelta(weeks=number)
    months = number * (12 if unit == "year" else 1)
    index = start.year * 12 + start.month - 1 + months
    year, month = divmod(index, 12)
    for day in range(start.day, 0, -1):
        try:
            return date(year, month + 1, day)
        except ValueError:
            continue
    raise AssertionError("every month has a first day")
