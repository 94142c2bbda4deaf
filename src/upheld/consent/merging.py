"""A visitor signs in: what they chose before becomes theirs, by one rule.

For each purpose the later of the two explicit answers wins; at the same moment the refusal
wins. A default is no answer and never wins over one.
"""

from __future__ import annotations

from django.db import DEFAULT_DB_ALIAS, transaction

from upheld.consent.asking import Answer, history
from upheld.consent.ledger import forget, record
from upheld.consent.offered import choices, policy_in_force
from upheld.policy.types import Policy


def merge(
    visitor: str, member: str, *, policy: Policy | None = None, using: str = DEFAULT_DB_ALIAS
) -> tuple[str, ...]:
    """Give the answers of `visitor` to `member` and forget the visitor.

    Returns the purposes whose answer was taken over. They keep their words and moment;
    the ledger shows `merged` as the method.
    """
    governing = policy_in_force(policy)
    offered = choices(governing)
    taken: list[str] = []
    with transaction.atomic(using=using):
        theirs = _latest(history(visitor, using=using))
        own = _latest(history(member, using=using))
        for purpose, answer in theirs.items():
            if purpose not in offered or not _wins(answer, own.get(purpose)):
                continue
            record(
                member,
                purpose,
                answer.granted,
                wording=answer.wording,
                version=answer.version,
                place=answer.place,
                method="merged",
                at=answer.at,
                policy=governing,
                using=using,
            )
            taken.append(purpose)
        forget(visitor, using=using)
    return tuple(taken)


def _latest(answers: list[Answer]) -> dict[str, Answer]:
    return {answer.purpose: answer for answer in answers}


def _wins(visitor: Answer, member: Answer | None) -> bool:
    if member is None:
        return True
    if visitor.at == member.at:
        return not visitor.granted
    return visitor.at > member.at
