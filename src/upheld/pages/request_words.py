"""A request in words that a person reads: where it stands, what comes next, by when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from upheld.datamap.active import active
from upheld.pages.sentences import Promise, promises
from upheld.rights.clocks import Law, laws
from upheld.rights.clocks.reading import day_in
from upheld.rights.reasons import purpose_title
from upheld.rights.requests.collecting import may_collect
from upheld.rights.requests.letters import authority
from upheld.rights.requests.models import RightsRequest
from upheld.rights.requests.rules import ACCOUNT, KNOWN_MAIL, clock_of
from upheld.rights.requests.sealed import opened
from upheld.rights.requests.states import GROUNDS, KINDS, NEED_PROOF, RUNNING

STATES = {
    "open": "Arrived",
    "in_progress": "We are on it",
    "fulfilled": "Done",
    "denied": "Not done",
    "revoked": "Withdrawn",
    "expired": "Expired",
}
STEPS = {
    "open": "Your request arrived",
    "acknowledge": "We took it on",
    "ask_proof": "We asked you to show who you are",
    "match": "We found which data it is about",
    "verify": "We know that it is you",
    "pause": "We asked you something; our date waits",
    "resume": "We went on",
    "fulfil": "Done",
    "deny": "Decided: not done",
    "revoke": "You took it back",
    "expire": "It expired",
    "collect": "You fetched your copy",
    "note": "We worked on it",
}
CHANNELS = {
    "member_centre": "in the member centre",
    "mail": "by mail",
    "phone": "on the phone",
    "agent": "by somebody you authorised",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One request as a page shows it."""

    row: RightsRequest
    title: str
    state: str
    clock: tuple[str, ...]
    standing: str
    needs_proof: bool
    proof: str
    running: bool
    collectable: bool
    ground: str
    about: str
    words: str
    answer: str
    complain_to: str
    channel: str
    steps: tuple[tuple[datetime, str], ...]
    promises: tuple[Promise, ...]


def shown(row: RightsRequest) -> Shown:
    """Lay a request out for its page."""
    right = active().policy.rights.get(row.right)
    rule = active().policy.purposes.get(row.about)
    running = row.state in RUNNING
    return Shown(
        row=row,
        title=KINDS[row.kind],
        state=STATES[row.state],
        clock=clock_words(row),
        standing=standing(row),
        needs_proof=running and row.reason == NEED_PROOF and row.verified_at is None,
        proof=row.proof if row.proof in (ACCOUNT, KNOWN_MAIL) else "document",
        running=running,
        collectable=may_collect(row),
        ground=GROUNDS.get(row.reason, "") if row.state == "denied" else "",
        about=purpose_title(rule) if rule else "",
        words=opened(row.words),
        answer=opened(row.answer),
        complain_to=authority(row),
        channel=CHANNELS[row.channel],
        steps=tuple((event.at, STEPS.get(event.step, event.step)) for event in row.events.all()),
        promises=promises(right.says) if right else (),
    )


def standing(row: RightsRequest) -> str:
    """`none`, `in time`, `soon`, `late`: how a running request stands today."""
    if row.state not in RUNNING:
        return "none"
    today = day_in(timezone.now(), row.zone)
    return clock_of(row, today=today).standing(today)


def clock_words(row: RightsRequest) -> tuple[str, ...]:
    """The dates in plain sentences; for a closed request when it was closed."""
    if row.state not in RUNNING:
        return (f"Closed on {day(row.closed_at)}.",) if row.closed_at else ()
    words: list[str] = []
    right = active().policy.rights.get(row.right)
    reading = clock_of(row)
    if row.verified_at is None and reading.verify_by:
        words.append(f"We check who you are by {day(reading.verify_by)}.")
    if reading.promised_by:
        words.append(f"We finish by {day(reading.promised_by)}.")
    elif right and right.within and right.within != "prompt" and row.verified_at is None:
        words.append(f"Once we know that it is you, we finish within {right.within}.")
    if reading.lawful_by:
        law = law_of(row)
        source = f" ({law.source})" if law else ""
        words.append(f"The law allows us until {day(reading.lawful_by)} at most{source}.")
    if any(pause.ended_at is None for pause in row.pauses.all()):
        words.append("Our own date waits for your answer.")
    return tuple(words)


def law_of(row: RightsRequest) -> Law | None:
    """The row of law that binds the request."""
    return next((law for law in laws() if law.id == row.law), None)


def day(moment: Any) -> str:
    """`3 March 2027`."""
    plain: date = moment.date() if isinstance(moment, datetime) else moment
    return f"{plain.day} {plain:%B %Y}"
