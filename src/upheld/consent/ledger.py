"""Recording answers. Ledger, state and log entry are written in one transaction.

A repeated answer (a double click, a page sent twice) changes nothing: the same answer to
the same words is already there. The lock is the person's own state row, so two workers
that record for one person follow one another, and for two persons do not wait.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from django.db import DEFAULT_DB_ALIAS, transaction

from upheld.consent.models import (
    Agreement,
    Consent,
    ConsentErasure,
    ConsentState,
    TopicState,
    Wording,
)
from upheld.consent.offered import chosen_purpose, policy_in_force
from upheld.consent.remembering import changes
from upheld.consent.terms import terms_of
from upheld.context import current
from upheld.errors import ConsentError
from upheld.journal import here, write_now
from upheld.keyring import tombstones
from upheld.policy.types import Policy, Purpose

SIGNAL = "+signal"
"""At the end of a method: the browser sent a signal to refuse while the answer was given."""
TACIT = "tacit"
"""The method of a yes that was not said: a box to decline with was shown and left alone."""
_SLICE = 500
_ANSWERED = (ConsentState.SAID, ConsentState.TACIT)


@dataclass(frozen=True, slots=True)
class Recorded:
    """`changed` is False when the same answer to the same words was in force already.
    `event` is the id in the evidence log, for a receipt."""

    changed: bool
    entry: int
    event: str


def record(
    subject: str,
    purpose: str,
    granted: bool,
    *,
    wording: str,
    version: str,
    place: str,
    method: str,
    topic: str = "",
    at: datetime | None = None,
    agreement: str | None = None,
    policy: Policy | None = None,
    using: str = DEFAULT_DB_ALIAS,
) -> Recorded:
    """Record what `subject` (`kind:value`) answered for `purpose`, or for one `topic` of it.

    `wording` is the exact text shown, `version` its name, `place` the route where,
    `method` how (`form`, `link`, `staff` ...). `agreement` is the digest of what they agreed
    to when that was at another time than now. Raises `ConsentError` for a purpose that leaves
    no choice, a topic it does not have, or when words, version, place or method are missing.
    """
    governing = policy_in_force(policy)
    rule = chosen_purpose(governing, purpose, topic)
    _check(subject, wording=wording, version=version, place=place, method=method)
    digest = sha256(wording.encode()).hexdigest()
    moment = datetime.now(UTC) if at is None else at
    with transaction.atomic(using=using):
        # First statement, so that SQLite takes its write lock before anything is read.
        Wording.objects.using(using).bulk_create(
            [Wording(digest=digest, text=wording)], ignore_conflicts=True
        )
        agreed = _agreement(governing, rule, using) if agreement is None else agreement
        state, created = _locked(subject, purpose, topic, granted, moment, using)
        if not created:
            same = _same_answer(state, granted, digest, version, agreed, using)
            if same is not None and _way(same.method) == _way(method):
                return Recorded(False, same.pk, same.event)
        entry = _append(
            Consent(
                subject=subject,
                purpose=purpose,
                topic=topic,
                granted=granted,
                agreement=agreed,
                wording=digest,
                version=version,
                place=place,
                method=method,
                actor=_actor(subject),
                at=moment,
            ),
            using,
        )
        _take_in(state, entry)
        state.save(using=using)
        if not granted and tombstones.place() is not None:
            # Noted even if this transaction is rolled back: repeating a no harms nobody.
            _note_withdrawal(entry, using)
        changes(subject, using)
    return Recorded(True, entry.pk, entry.event)


def forget(subject: str, *, using: str = DEFAULT_DB_ALIAS) -> int:
    """Erase a person's answers; return how many there were.

    Safety argument: the ledger's triggers let rows of this one subject go, and only while
    `ConsentErasure` names them, which it does inside this transaction alone. The evidence
    log keeps, under a pseudonym, that somebody answered these words this way.
    """
    with transaction.atomic(using=using):
        under_way = ConsentErasure(subject=subject)
        under_way.save(using=using, force_insert=True)
        deleted, _ = Consent.objects.using(using).filter(subject=subject).delete()
        ConsentState.objects.using(using).filter(subject=subject).delete()
        TopicState.objects.using(using).filter(subject=subject).delete()
        ConsentErasure.objects.using(using).filter(subject=subject).delete()
        changes(subject, using)
    return deleted


def forget_all(subjects: Iterable[str], *, using: str = DEFAULT_DB_ALIAS) -> int:
    """Erase the answers of many people, a few statements for each 500; see `forget`.

    Its first statement writes, so a transaction that begins with it never has to turn from
    reading to writing, and two erasures of one person follow one another.
    """
    wanted = sorted(set(subjects))
    deleted = 0
    with transaction.atomic(using=using, savepoint=False):
        for start in range(0, len(wanted), _SLICE):
            part = wanted[start : start + _SLICE]
            ConsentErasure.objects.using(using).bulk_create(
                [ConsentErasure(subject=subject) for subject in part]
            )
            answers = Consent.objects.using(using).filter(subject__in=part)
            deleted += answers._raw_delete(using)
            ConsentState.objects.using(using).filter(subject__in=part)._raw_delete(using)
            TopicState.objects.using(using).filter(subject__in=part)._raw_delete(using)
            ConsentErasure.objects.using(using).filter(subject__in=part)._raw_delete(using)
        for subject in wanted:
            changes(subject, using)
    return deleted


def _agreement(policy: Policy, rule: Purpose, using: str) -> str:
    """Keep what the purpose stands for now, and return its digest."""
    now = terms_of(policy).substance(rule)
    Agreement.objects.using(using).bulk_create(
        [Agreement(digest=now.digest, content=now.content)], ignore_conflicts=True
    )
    return now.digest


def _locked(
    subject: str, purpose: str, topic: str, granted: bool, moment: datetime, using: str
) -> tuple[ConsentState | TopicState, bool]:
    """Return the state row, locked, and whether it was made just now."""
    first = {"granted": granted, "since": moment, "entry": 0}
    if topic:
        topics = TopicState.objects.using(using).select_for_update()
        return topics.get_or_create(subject=subject, purpose=purpose, topic=topic, defaults=first)
    states = ConsentState.objects.using(using).select_for_update()
    return states.get_or_create(subject=subject, purpose=purpose, defaults=first)


def _same_answer(
    state: ConsentState | TopicState,
    granted: bool,
    digest: str,
    version: str,
    agreement: str,
    using: str,
) -> Consent | None:
    """Return the entry in force when it is this very answer to these very words."""
    if state.granted != granted or not state.entry:
        return None
    if isinstance(state, ConsentState) and state.standing not in _ANSWERED:
        return None
    last = Consent.objects.using(using).get(pk=state.entry)
    same = (last.wording, last.version, last.agreement) == (digest, version, agreement)
    return last if same else None


def _take_in(state: ConsentState | TopicState, entry: Consent) -> None:
    """Let the state follow the entry."""
    before: bool | None = state.granted
    if isinstance(state, ConsentState):
        if state.standing not in _ANSWERED:
            before = None  # whatever counted was no answer
        tacit = entry.method == TACIT
        state.standing = ConsentState.TACIT if tacit else ConsentState.SAID
        state.agreement = entry.agreement
        state.signalled = _signalled(entry.method)
    if before is not entry.granted:
        state.since = entry.at
    state.granted = entry.granted
    state.entry = entry.pk


def _way(method: str) -> tuple[bool, bool]:
    """What of the method makes an answer another one."""
    return _signalled(method), method == TACIT


def _signalled(method: str) -> bool:
    return method.endswith(SIGNAL)


def _append(entry: Consent, using: str) -> Consent:
    entry.event = write_now(
        here(
            "consent",
            subjects=(entry.subject,),
            rows=1,
            decision="granted" if entry.granted else "refused",
            details=_details(entry),
        ),
        using=using,
    )
    entry.save(using=using, force_insert=True)
    return entry


def _details(entry: Consent) -> dict[str, str]:
    found = {
        "for": entry.purpose,
        "method": entry.method,
        "version": entry.version,
        "wording": entry.wording,
        "agreement": entry.agreement,
    }
    return found | {"topic": entry.topic} if entry.topic else found


def _note_withdrawal(entry: Consent, using: str) -> None:
    tombstones.append(
        [
            tombstones.Tombstone(
                "withdrawn",
                entry.event,
                entry.at.isoformat(),
                subjects=(tombstones.digest(entry.subject, using),),
                purpose=entry.purpose,
                topic=entry.topic,
            )
        ]
    )


def _actor(subject: str) -> str:
    ref = current().actor.ref
    return "self" if ref in (subject, "visitor:-") else ref


def _check(subject: str, **given: str) -> None:
    kind, colon, value = subject.partition(":")
    if not (kind and colon and value):
        raise ConsentError(
            f"`{subject}` is no subject", hint="write `kind:value`, for example `member:42`"
        )
    for name, value in given.items():
        if not value.strip():
            raise ConsentError(
                f"an answer cannot be recorded without its {name}",
                hint="the ledger must show later what was asked, where and how",
            )
