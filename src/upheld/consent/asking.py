"""Asking what a person allows.

An answer holds everywhere as soon as its transaction commits; how far it may be remembered is
the business of `upheld.consent.remembering`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import DEFAULT_DB_ALIAS

from upheld.consent.models import Consent, ConsentState, TopicState, Wording
from upheld.consent.offered import choices, chosen_purpose, policy_in_force
from upheld.consent.remembering import answers_of, held_of
from upheld.consent.substance import Wider
from upheld.consent.terms import NOTHING_MORE, terms_of
from upheld.policy.types import Policy

_SLICE = 500


@dataclass(frozen=True, slots=True)
class State:
    """What holds for one purpose.

    `explicit` = the person said so, `since` when; otherwise it is the policy's default and
    `since` is None. `wider` is not empty when they said yes to less than the purpose is today:
    then the yes does not count, and they are to be asked again. `unasked` = the account was
    made without the question, so nothing counts. `topics` holds the topics that were answered.
    """

    granted: bool
    explicit: bool
    since: datetime | None
    wider: Wider = NOTHING_MORE
    unasked: bool = False
    topics: dict[str, bool] = field(default_factory=dict)


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
    topic: str = ""
    agreement: str = ""


def allowed(
    subject: str,
    purpose: str,
    topic: str = "",
    *,
    policy: Policy | None = None,
    using: str = DEFAULT_DB_ALIAS,
) -> bool:
    """Does `subject` allow `purpose`? Their answer, or else the policy's default.

    About a topic: the purpose is allowed and the topic was not refused. Raises `ConsentError`
    for a purpose that leaves no choice, or has no such topic: the question is wrong there.
    """
    governing = policy_in_force(policy)
    rule = chosen_purpose(governing, purpose, topic)
    answers = answers_of(subject, using)
    if not terms_of(governing).granted(rule, answers.purposes.get(purpose), using):
        return False
    return not topic or answers.topic(purpose, topic) is not False


def allowing(
    subjects: Iterable[str],
    purpose: str,
    topic: str = "",
    *,
    policy: Policy | None = None,
    using: str = DEFAULT_DB_ALIAS,
) -> set[str]:
    """Return those of `subjects` who allow `purpose`: `allowed` for many, two queries each 500."""
    governing = policy_in_force(policy)
    rule = chosen_purpose(governing, purpose, topic)
    terms = terms_of(governing)
    wanted = sorted(set(subjects))
    found: set[str] = set()
    for start in range(0, len(wanted), _SLICE):
        part = wanted[start : start + _SLICE]
        rows = ConsentState.objects.using(using).filter(subject__in=part, purpose=purpose)
        held = {row.subject: held_of(row) for row in rows}
        found.update(who for who in part if terms.granted(rule, held.get(who), using))
        if topic:
            refused = TopicState.objects.using(using).filter(
                subject__in=part, purpose=purpose, topic=topic, granted=False
            )
            found.difference_update(refused.values_list("subject", flat=True))
    return found


def state(
    subject: str, *, policy: Policy | None = None, using: str = DEFAULT_DB_ALIAS
) -> dict[str, State]:
    """Return what holds for every purpose that leaves a choice, in the policy's order."""
    governing = policy_in_force(policy)
    terms = terms_of(governing)
    answers = answers_of(subject, using)
    found: dict[str, State] = {}
    for id, rule in choices(governing).items():
        held = answers.purposes.get(id)
        stale = terms.stale(rule, held, using)
        said = held is not None and held.said is not None
        explicit = held is not None and said and not stale and not held.tacit
        topics = {
            topic: answer
            for topic in rule.topics
            if (answer := answers.topic(id, topic)) is not None
        }
        found[id] = State(
            terms.granted(rule, held, using),
            explicit,
            held.since if held is not None and explicit else None,
            terms.beyond(rule, held.agreement, using)
            if held is not None and stale
            else NOTHING_MORE,
            held is not None and not said,
            topics,
        )
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
            row.topic,
            row.agreement,
        )
        for row in entries
    ]
