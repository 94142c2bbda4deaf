"""A visitor signs in: what they chose before becomes theirs, by one rule.

For each purpose, and for each topic, the later of the two explicit answers wins; at the same
moment the refusal wins. A default is no answer and never wins over one.
"""

from __future__ import annotations

from django.db import DEFAULT_DB_ALIAS, transaction

from upheld.consent.asking import Answer, history
from upheld.consent.keeping import forget_wholly
from upheld.consent.ledger import SIGNAL, TACIT, record
from upheld.consent.offered import choices, policy_in_force
from upheld.policy.types import Policy, Purpose

MERGED = "merged"
About = tuple[str, str]
"""Purpose and topic, the latter empty for the whole purpose."""


def merge(
    visitor: str, member: str, *, policy: Policy | None = None, using: str = DEFAULT_DB_ALIAS
) -> tuple[str, ...]:
    """Give the answers of `visitor` to `member` and forget the visitor.

    Returns the purposes whose answer was taken over, a topic as `purpose.topic`. Answers keep
    their words, their moment and what they agreed to; the ledger shows `merged` as the method.
    Called twice, the second time finds nothing to do.
    """
    governing = policy_in_force(policy)
    offered = choices(governing)
    taken: list[str] = []
    with transaction.atomic(using=using):
        theirs = _latest(history(visitor, using=using))
        own = _latest(history(member, using=using))
        for about, answer in theirs.items():
            if not _offered(about, offered) or not _wins(answer, own.get(about)):
                continue
            record(
                member,
                answer.purpose,
                answer.granted,
                topic=answer.topic,
                wording=answer.wording,
                version=answer.version,
                place=answer.place,
                method=MERGED + SIGNAL if answer.method.endswith(SIGNAL) else MERGED,
                at=answer.at,
                agreement=answer.agreement,
                policy=governing,
                using=using,
            )
            taken.append(f"{answer.purpose}.{answer.topic}" if answer.topic else answer.purpose)
        forget_wholly([visitor], using)
    return tuple(taken)


def _latest(answers: list[Answer]) -> dict[About, Answer]:
    said = (answer for answer in answers if answer.method != TACIT)
    return {(answer.purpose, answer.topic): answer for answer in said}


def _offered(about: About, offered: dict[str, Purpose]) -> bool:
    purpose, topic = about
    return purpose in offered and (not topic or topic in offered[purpose].topics)


def _wins(visitor: Answer, member: Answer | None) -> bool:
    if member is None:
        return True
    if visitor.at == member.at:
        return not visitor.granted
    return visitor.at > member.at
