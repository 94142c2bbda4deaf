"""Which days are worked: public holidays by the `holidays` library, weekends by the policy.

The library's own weekend is not believed: it names Saturday and Sunday for Kedah, whose
weekend is Friday and Saturday. A site's own closed and open days stand above both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import sha256
from importlib import metadata
from types import MappingProxyType

import holidays

from upheld.errors import ConfigurationError
from upheld.policy.types import Weekday

WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NO_DAYS: Mapping[date, str] = MappingProxyType({})
_LIBRARY = metadata.version("holidays")


@dataclass(frozen=True)
class Calendar:
    """Working days of one place. `closed` and `open` are the site's own days with the
    reason; a day in both is closed."""

    place: str
    """ISO 3166, with a part of the country after a hyphen: `US`, `GB-ENG`, `MY-KDH`."""
    weekend: frozenset[int]
    """Weekdays, Monday = 0."""
    closed: Mapping[date, str] = field(default_factory=dict)
    open: Mapping[date, str] = field(default_factory=dict)
    _public: holidays.HolidayBase = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_public", _public(self.place, self.weekend))
        if self.weekend >= frozenset(range(7)) and not self.open:
            raise ConfigurationError(
                "a week without a working day", hint="name fewer days as `weekend`"
            )

    def why_not(self, day: date) -> str:
        """Why `day` is not worked, in words; empty = it is a working day."""
        if day in self.closed:
            return self.closed[day] or "closed"
        if day in self.open:
            return ""
        if day.weekday() in self.weekend:
            return "weekend"
        return str(self._public.get(day) or "")

    def is_working(self, day: date) -> bool:
        return not self.why_not(day)

    def after(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`, which itself is not counted.

        A negative `count` goes back; 0 is the day itself.
        """
        step = timedelta(days=1 if count > 0 else -1)
        for _ in range(abs(count)):
            day += step
            while not self.is_working(day):
                day += step
        return day

    @property
    def version(self) -> str:
        """What the days were worked out from, e.g. `holidays 0.109; US; weekend sat sun`."""
        weekend = " ".join(WEEKDAYS[number] for number in sorted(self.weekend))
        own = "".join(
            f"{sign}{day.isoformat()} {why}\n"
            for sign, days in (("-", self.closed), ("+", self.open))
            for day, why in sorted(days.items())
        )
        mark = f"; own days {sha256(own.encode()).hexdigest()[:8]}" if own else ""
        return f"holidays {_LIBRARY}; {self.place}; weekend {weekend}{mark}"


def calendar_of(
    place: str,
    weekend: tuple[Weekday, ...],
    *,
    closed: Mapping[date, str] = NO_DAYS,
    open: Mapping[date, str] = NO_DAYS,
) -> Calendar:
    """Return the calendar of a place. Raises `ConfigurationError` when nobody knows it."""
    return Calendar(place, frozenset(WEEKDAYS.index(day) for day in weekend), closed, open)


def _public(place: str, weekend: frozenset[int]) -> holidays.HolidayBase:
    country, _, part = place.partition("-")
    try:
        found = holidays.country_holidays(country, subdiv=part or None)
        # Days off in lieu follow the library's weekend. Where ours differs they would fall
        # on the wrong days; fewer holidays make an earlier date, which is in the person's
        # favour.
        if frozenset(found.weekend) != weekend:
            found = holidays.country_holidays(country, subdiv=part or None, observed=False)
    except NotImplementedError:
        raise ConfigurationError(
            f"no calendar of holidays for `{place}`",
            hint="give `controller.holidays` as ISO 3166, for example `US` or `GB-ENG`",
        ) from None
    return found
