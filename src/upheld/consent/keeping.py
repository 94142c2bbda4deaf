"""Visitors' answers are kept as long as their cookie lasts, and never more than a few.

Safety argument: only rows of subjects of the kind `visitor` are deleted here, each whole
person in one transaction with what leads to them; members' answers go by erasure alone.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import DEFAULT_DB_ALIAS, transaction

from upheld import journal
from upheld.consent.asking import history
from upheld.consent.ledger import forget, forget_all, record
from upheld.consent.models import Consent, Visitor
from upheld.consent.offered import choices
from upheld.consent.visitors import KIND, lasts
from upheld.policy.types import Policy

MOST_KEPT = 200
"""Answers kept of one visitor; beyond it only those in force stay."""
_SLICE = 500


def keep_visitor(subject: str, policy: Policy, using: str = DEFAULT_DB_ALIAS) -> None:
    """Note until when the visitor is known, and keep their ledger short.

    Call it in the transaction of an answer, before it is recorded.
    """
    Visitor.objects.using(using).update_or_create(
        pk=subject.partition(":")[2],
        defaults={"until": datetime.now(UTC) + lasts(policy) + timedelta(days=1)},
    )
    if Consent.objects.using(using).filter(subject=subject).count() >= MOST_KEPT:
        _only_what_counts(subject, policy, using)


def forget_visitors(*, using: str = DEFAULT_DB_ALIAS) -> int:
    """Forget visitors whose cookie has ended, and their answers; return how many there were."""
    gone = 0
    while True:
        with transaction.atomic(using=using):
            ended = Visitor.objects.using(using).filter(until__lt=datetime.now(UTC))
            names = list(ended.values_list("pk", flat=True)[:_SLICE])
            if not names:
                return gone
            forget_wholly([f"{KIND}:{name}" for name in names], using)
        gone += len(names)


def forget_wholly(visitors: list[str], using: str) -> None:
    """Delete visitors with their answers, and unlink them from the log, in the caller's
    transaction."""
    forget_all(visitors, using=using)
    journal.forget_all(visitors, using=using)
    names = [visitor.partition(":")[2] for visitor in visitors]
    Visitor.objects.using(using).filter(pk__in=names).delete()


def _only_what_counts(subject: str, policy: Policy, using: str) -> None:
    """Take the last answers out of a long ledger and let the rest go."""
    last = {(one.purpose, one.topic): one for one in history(subject, using=using)}
    forget(subject, using=using)
    offered = choices(policy)
    for one in sorted(last.values(), key=lambda one: one.entry):
        if one.purpose not in offered or one.topic not in ("", *offered[one.purpose].topics):
            continue
        record(
            subject,
            one.purpose,
            one.granted,
            topic=one.topic,
            wording=one.wording,
            version=one.version,
            place=one.place,
            method=one.method,
            at=one.at,
            agreement=one.agreement,
            policy=policy,
            using=using,
        )
