"""From the policy and the map to clocks: which columns of which model end when, and how.

A clock is an event of the policy, dated by the map, and a period. A column belongs to every
purpose that may use its category and keeps it for a time; it ends when the last of them
ends, and not before the holds with a period that those purposes name. A purpose whose event
the model does not date keeps nothing there: what it needs lies in tables that do. Columns
without any clock go with their account or their row, never by themselves.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from upheld.datamap.active import active
from upheld.datamap.bound import BoundColumn, BoundModel
from upheld.policy.period import Period, parse_period
from upheld.policy.types import ALL, Hold, Purpose

SMALLEST_GROUP = 5
"""Anonymised rows whose left values fewer rows share are emptied, unless a purpose asks more."""


@dataclass(frozen=True, slots=True)
class Clock:
    """`period` counted from the day of `event`; `who` are the purposes and holds it serves."""

    event: str
    period: Period
    who: tuple[str, ...]

    def ended_on(self, today: date) -> date:
        """Return the last day whose events are over by `today`."""
        return last_day_over(self.period, today)


@dataclass(frozen=True, slots=True)
class Rule:
    """Columns of one model that end together. They are due when every clock has ended and
    none of `holds` (released by people) is in force on the person."""

    model: BoundModel
    columns: tuple[BoundColumn, ...]
    clocks: tuple[Clock, ...]
    holds: tuple[str, ...]
    then: Literal["erase", "anonymise"]
    smallest_group: int

    @property
    def id(self) -> str:
        """`order.Order after order.placed + 6 years`, with the first column where there are
        several rules for a model."""
        when = " and ".join(f"{clock.event} + {clock.period}" for clock in self.clocks)
        return f"{self.model.label} after {when}"

    @property
    def purposes(self) -> tuple[str, ...]:
        """Ids of the purposes behind it."""
        policy = active().policy
        names = (name for clock in self.clocks for name in clock.who)
        return tuple(dict.fromkeys(name for name in names if name in policy.purposes))


@dataclass(frozen=True, slots=True)
class Ending:
    """All rules of one model. `whole`: every personal column has a rule, so rows can go."""

    model: BoundModel
    rules: tuple[Rule, ...]
    whole: bool

    @property
    def clocks(self) -> tuple[Clock, ...]:
        """What must have ended before a whole row goes: the longest period of each event."""
        return longest(clock for rule in self.rules for clock in rule.clocks)

    @property
    def holds(self) -> tuple[str, ...]:
        """Holds placed by people that keep anything of a row."""
        return tuple(dict.fromkeys(hold for rule in self.rules for hold in rule.holds))

    @property
    def anonymise(self) -> bool:
        """Whether rows are anonymised rather than deleted: all their purposes say so."""
        return all(rule.then == "anonymise" for rule in self.rules)


def endings() -> tuple[Ending, ...]:
    """Return the endings of every model that dates an event somebody keeps data after."""
    kept = active().kept
    if __name__ not in kept:
        found = (_ending(model) for model in active().datamap.models if model.event_dates)
        kept[__name__] = tuple(ending for ending in found if ending is not None)
    made: tuple[Ending, ...] = kept[__name__]
    return made


def _ending(model: BoundModel) -> Ending | None:
    groups: dict[tuple[object, ...], list[BoundColumn]] = {}
    made: dict[tuple[object, ...], tuple[tuple[Clock, ...], tuple[str, ...], list[Purpose]]] = {}
    without = False
    for column in model.columns:
        if column.role != "category":
            continue
        users = [rule for rule in _keepers(column.category) if _after(rule) in model.event_dates]
        if not users:
            without = True
            continue
        holds = _holds(users, column.category)
        clocks = _clocks(users, holds, model)
        placed = tuple(hold.id for hold in holds if not hold.period)
        then = "anonymise" if all(_then(rule) == "anonymise" for rule in users) else "erase"
        key: tuple[object, ...] = (clocks, placed, then)
        groups.setdefault(key, []).append(column)
        made[key] = (clocks, placed, users)
    if not groups:
        return None
    rules = []
    for key, columns in groups.items():
        clocks, placed, users = made[key]
        smallest = max([rule.minimum_group for rule in users if rule.minimum_group] or [0])
        rules.append(
            Rule(
                model,
                tuple(columns),
                clocks,
                placed,
                "anonymise" if key[2] == "anonymise" else "erase",
                smallest or SMALLEST_GROUP,
            )
        )
    return Ending(model, tuple(rules), whole=not without)


def _keepers(category: str) -> list[Purpose]:
    """Purposes with a time that may use the category in any way."""
    return [
        rule
        for rule in active().policy.purposes.values()
        if rule.keep is not None
        and any(
            category in named or ALL in named
            for named in (rule.may.read, rule.may.mask, rule.may.match, rule.may.write)
        )
    ]


def _after(rule: Purpose) -> str:
    return rule.keep.after if rule.keep is not None else ""


def _then(rule: Purpose) -> str:
    return rule.keep.then if rule.keep is not None else "erase"


def _holds(users: list[Purpose], category: str) -> list[Hold]:
    policy = active().policy
    names = dict.fromkeys(name for rule in users if rule.keep for name in rule.keep.hold)
    return [policy.holds[name] for name in names if category in policy.holds[name].data]


def _clocks(users: list[Purpose], holds: list[Hold], model: BoundModel) -> tuple[Clock, ...]:
    found = []
    for rule in users:
        period = parse_period(rule.keep.period) if rule.keep is not None else None
        if rule.keep is not None and period is not None:
            found.append(Clock(rule.keep.after, period, (rule.id,)))
    for hold in holds:
        period = parse_period(hold.period)
        if period is not None and hold.after in model.event_dates:
            found.append(Clock(hold.after, period, (hold.id,)))
    return longest(found)


def longest(clocks: Iterable[Clock]) -> tuple[Clock, ...]:
    """Return one clock for each event, the longest, naming all that it serves."""
    by_event: dict[str, Clock] = {}
    for clock in clocks:
        known = by_event.get(clock.event)
        if known is None:
            by_event[clock.event] = clock
            continue
        long = max(known, clock, key=lambda one: one.period.about_days)
        who = tuple(dict.fromkeys((*known.who, *clock.who)))
        by_event[clock.event] = Clock(clock.event, long.period, who)
    return tuple(by_event.values())


def last_day_over(period: Period, today: date) -> date:
    """Return the last day D with D + period <= today.

    Working days are counted as calendar days, rounded up: keeping a day longer needs no
    calendar and breaks no promise that speaks of years.
    """
    if period.unit == "working day":
        return today - timedelta(days=math.ceil(period.about_days))
    day = today - timedelta(days=math.ceil(period.about_days) + 4)
    while period.after(day + timedelta(days=1)) <= today:
        day += timedelta(days=1)
    return day
