"""What the policy and the law say about one request: its proof, its limits, its calendar."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS
from django.utils import timezone

from upheld.conf import conf
from upheld.datamap.active import active
from upheld.errors import ConfigurationError
from upheld.policy.period import PROMPT, Period, parse_period
from upheld.policy.types import Policy, Right
from upheld.rights.clocks import (
    Calendar,
    Facts,
    Law,
    Pause,
    Reading,
    Rules,
    calendar_of,
    law_for,
    laws,
    read_clock,
)
from upheld.rights.clocks.reading import day_in
from upheld.rights.requests.models import RequestPause, RightsRequest

NAMES: dict[str, tuple[str, ...]] = {
    "access": ("access", "copy"),
    "copy": ("copy", "access"),
    "correction": ("rectification", "correction"),
    "deletion": ("erasure", "deletion"),
    "restriction": ("restriction",),
    "objection": ("objection",),
    "portability": ("portability", "copy"),
    "consent_withdrawal": ("consent_withdrawal", "withdrawal", "unsubscribe"),
    "complaint": ("complaint",),
}
"""Kind of request -> what a policy may call the right; `copy_by_mail` counts as `copy`."""
CHANNELS = {"member_centre": "member-centre", "mail": "mail", "phone": "phone", "agent": "api"}
ACCOUNT, KNOWN_MAIL, DOCUMENT = "account", "known_mail", "document"
PROMPTLY = Period(2, "working day")
"""What `prompt` means where no law that is known here names a day."""
OWN_DAYS = "calendar.yaml"


def right_for(policy: Policy, kind: str, channel: str) -> Right | None:
    """The right of the policy that a request rests on; None = the law's alone.

    One that names the channel goes before others, and one with a promised time before one
    without.
    """
    for name in NAMES[kind]:
        found = list(_called(policy, name))
        if found:
            way = CHANNELS[channel]
            return max(found, key=lambda right: (way in right.by, bool(right.within)))
    return None


def _called(policy: Policy, name: str) -> Iterator[Right]:
    for right in policy.rights.values():
        if right.id == name or right.id.startswith(f"{name}_by_"):
            yield right


def proof_for(right: Right | None, channel: str) -> str:
    """How the person must show who they are: `account`, `known_mail`, `document`, or one of
    the policy's `proofs`."""
    if right is None or not right.proof:
        return ACCOUNT if channel == "member_centre" else KNOWN_MAIL
    return right.proof


def by_document(proof: str) -> bool:
    """True when a paper is asked for: everything but signing in and a code."""
    return proof not in (ACCOUNT, KNOWN_MAIL)


def law_of(kind: str, received: date) -> Law | None:
    """The row of law that binds the site's controller."""
    return law_for(active().policy.controller.country, kind, received)


def zone() -> str:
    """Where days are counted."""
    return conf().ZONE or str(settings.TIME_ZONE)


def clock_of(row: RightsRequest, *, today: date | None = None) -> Reading:
    """Read the clock of a request as it stands now, or on `today`."""
    right = active().policy.rights.get(row.right)
    facts = Facts(row.received_at, row.zone, row.verified_at, tuple(_pauses(row)))
    law = next((law for law in laws() if law.id == row.law), None)
    rules = Rules(
        calendar=site_calendar(),
        law=law,
        within=_promised(right.within, law) if right else None,
        counted_from=right.counted_from if right else "receipt",
        verify_within=parse_period(right.verify_within) if right else None,
    )
    return read_clock(facts, rules, today=today or day_in(timezone.now(), row.zone))


def _promised(within: str, law: Law | None) -> Period | None:
    if within == PROMPT and law is None:
        return PROMPTLY
    return parse_period(within)


def _pauses(row: RightsRequest) -> Iterator[Pause]:
    if row._state.db is None:
        return
    using = row._state.db or DEFAULT_DB_ALIAS
    for pause in RequestPause.objects.using(using).filter(request_id=row.pk):
        ended = day_in(pause.ended_at, row.zone) if pause.ended_at else None
        yield Pause(day_in(pause.began_at, row.zone), ended, pause.reason)


def site_calendar() -> Calendar:
    """The controller's working days: holidays and weekend of the policy, and over them the
    days of `calendar.yaml` in the privacy folder (`closed` and `open`: day -> why)."""
    controller = active().policy.controller
    folder = conf().PRIVACY_DIR
    path = folder / OWN_DAYS if folder else None
    changed = path.stat().st_mtime_ns if path and path.exists() else 0
    return _calendar(controller.holidays or controller.country, controller.weekend, path, changed)


@lru_cache(maxsize=8)
def _calendar(place: str, weekend: Any, path: Path | None, changed: int) -> Calendar:
    own: dict[str, dict[date, str]] = {"closed": {}, "open": {}}
    if path is not None and changed:
        read = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        for name, days in read.items():
            whole = name in own and isinstance(days, dict)
            if not whole or any(type(day) is not date for day in days):
                raise ConfigurationError(
                    f"`{name}` in {OWN_DAYS} is no list of days",
                    hint="write `closed:` or `open:`, each with lines such as `2026-12-24: why`",
                )
            own[name] = {day: str(why or "") for day, why in days.items()}
    return calendar_of(place, weekend, closed=own["closed"], open=own["open"])
