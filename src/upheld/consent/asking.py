"""Asking what a person allows: one indexed read, remembered for one request at most.

Every worker reads the same row, so an answer holds everywhere as soon as its transaction
commits. Nothing is kept between requests.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime

from django.db import DEFAULT_DB_ALIAS

from upheld.consent.models import Consent, ConsentState, Wording
from upheld.consent.offered import before_choice, choices, chosen_purpose, policy_in_force
from upheld.context import current
from upheld.policy.types import Policy


@dataclass(frozen=True, slots=True)
class State:
    """What holds for one purpose. `explicit` = the person said so, `since` when; otherwise
    it is the policy's default and `since` is None."""

    granted: bool
    explicit: bool
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Answer:
    """One line of the ledger with the words that were shown."""

    entry: int
    purpose: str
    granted: bool
    wording: str
    version: str
    place: str
    method: str
    actor: str
    at: datetime
    event: str


Remembered = dict[tuple[str, str], dict[str, bool]]
"""(database, subject) -> purpose -> the explicit answer."""
_remembered: ContextVar[tuple[str, Remembered] | None] = ContextVar("upheld_consent", default=None)


def allowed(
    subject: str, purpose: str, *, policy: Policy | None = None, using: str = DEFAULT_DB_ALIAS
) -> bool:
    """Does `subject` allow `purpose`? Their answer, or else the policy's default.

    Raises `ConsentError` for a purpose that leaves no choice: the question is wrong there.
    """
    rule = chosen_purpose(policy_in_force(policy), purpose)
    answer = _answers(subject, using).get(purpose)
    return before_choice(rule) if answer is None else answer


def state(
    subject: str, *, policy: Policy | None = None, using: str = DEFAULT_DB_ALIAS
) -> dict[str, State]:
    """Return what holds for every purpose that leaves a choice, in the policy's order."""
    rows = {row.purpose: row for row in ConsentState.objects.using(using).filter(subject=subject)}
    found: dict[str, State] = {}
    for id, rule in choices(policy_in_force(policy)).items():
        row = rows.get(id)
        if row is None:
            found[id] = State(before_choice(rule), False, None)
        else:
            found[id] = State(row.granted, True, row.since)
    return found


def history(
    subject: str, purpose: str | None = None, *, using: str = DEFAULT_DB_ALIAS
) -> list[Answer]:
    """Return a person's answers, the first one first, with the words they were given to."""
    rows = Consent.objects.using(using).filter(subject=subject).order_by("pk")
    if purpose is not None:
        rows = rows.filter(purpose=purpose)
    entries = list(rows)
    words = dict(
        Wording.objects.using(using)
        .filter(digest__in={row.wording for row in entries})
        .values_list("digest", "text")
    )
    return [
        Answer(
            row.pk,
            row.purpose,
            row.granted,
            words[row.wording],
            row.version,
            row.place,
            row.method,
            row.actor,
            row.at,
            row.event,
        )
        for row in entries
    ]


def drop_remembered(subject: str) -> None:
    """Forget what this request remembers of a person: their answer has just changed."""
    kept = _remembered.get()
    if kept is not None:
        for key in [key for key in kept[1] if key[1] == subject]:
            del kept[1][key]


def _answers(subject: str, using: str) -> dict[str, bool]:
    request = current().request
    if not request:
        return _read(subject, using)
    kept = _remembered.get()
    if kept is None or kept[0] != request:
        kept = (request, {})
        _remembered.set(kept)
    answers = kept[1].get((using, subject))
    if answers is None:
        answers = kept[1][using, subject] = _read(subject, using)
    return answers


def _read(subject: str, using: str) -> dict[str, bool]:
    rows = ConsentState.objects.using(using).filter(subject=subject)
    return dict(rows.values_list("purpose", "granted"))
