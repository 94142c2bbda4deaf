"""What the law of a country allows at most: rows with a date and a source, never constants.

`law.yaml` beside this file holds them. A row counts for what is received on or after its
`since`; the newest that covers the kind of request wins.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from upheld.errors import ConfigurationError
from upheld.policy.period import Period, parse_period


@dataclass(frozen=True, slots=True)
class Law:
    """One row. `kinds` empty = every kind of request; `pauses` = the clock may stand still
    while the person is asked something; `longer` is the extension that must be announced."""

    id: str
    countries: tuple[str, ...]
    since: date
    within: Period
    source: str
    checked: date
    until: date | None = None
    kinds: tuple[str, ...] = ()
    longer: Period | None = None
    acknowledge: Period | None = None
    pauses: bool = False
    complain_to: str = ""


def law_for(country: str, kind: str, received: date) -> Law | None:
    """Return the row that binds a request of `kind` received on that day, or None.

    `country` is ISO 3166; a part of a country (`US-CA`) falls back to the country.
    """
    for place in (country, country.partition("-")[0]):
        found = [
            law
            for law in laws()
            if place in law.countries
            and law.since <= received
            and (law.until is None or received <= law.until)
            and (not law.kinds or kind in law.kinds)
        ]
        if found:
            # A row for this very kind is more exact than one for all.
            return max(found, key=lambda law: (bool(law.kinds), law.since))
    return None


@cache
def laws() -> tuple[Law, ...]:
    """Return every row of `law.yaml`. Raises `ConfigurationError` for one that is not whole."""
    text = (files(__package__) / "law.yaml").read_text(encoding="utf-8")
    return tuple(_law(id, row) for id, row in yaml.safe_load(text).items())


def _law(id: str, row: dict[str, Any]) -> Law:
    return Law(
        id=id,
        countries=tuple(row["countries"]),
        since=row["since"],
        until=row.get("until"),
        kinds=tuple(row.get("kinds", ())),
        within=_period(id, row["within"]),
        longer=_period(id, row["longer"]) if "longer" in row else None,
        acknowledge=_period(id, row["acknowledge"]) if "acknowledge" in row else None,
        pauses=row.get("pauses", False),
        source=row["source"],
        checked=row["checked"],
        complain_to=row.get("complain_to", ""),
    )


def _period(id: str, text: str) -> Period:
    period = parse_period(text)
    if period is None:
        raise ConfigurationError(f"`{text}` of the law `{id}` is no period", hint="mend law.yaml")
    return period
