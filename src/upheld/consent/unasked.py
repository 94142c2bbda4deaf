"""Accounts that were made without the question: nothing counts as agreed until they answer.

Every account begins this way, whoever makes it: staff, an import, the return from a payment. A
registration form that asks (`upheld.consent.questions`) records the answers right after. So a
default of `in` cannot be had by leaving the question out.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db import DEFAULT_DB_ALIAS, transaction

from upheld.consent.browsing import reference_of_account
from upheld.consent.models import ConsentState
from upheld.consent.offered import must_be_asked, policy_in_force
from upheld.consent.remembering import answers_of, changes
from upheld.policy.types import Policy


def not_asked(subject: str, *, policy: Policy | None = None, using: str = DEFAULT_DB_ALIAS) -> int:
    """Let nothing count for `subject` until they answer; returns how many questions wait.

    What they answered already stays. A policy whose choices are all opt-in needs no question.
    """
    rules = must_be_asked(policy_in_force(policy))
    if not rules:
        return 0
    now = datetime.now(UTC)
    rows = [
        ConsentState(
            subject=subject,
            purpose=id,
            granted=False,
            standing=ConsentState.UNASKED,
            since=now,
            entry=0,
        )
        for id in rules
    ]
    with transaction.atomic(using=using):
        ConsentState.objects.using(using).bulk_create(rows, ignore_conflicts=True)
        changes(subject, using)
    return len(rows)


def waiting(
    subject: str, *, policy: Policy | None = None, using: str = DEFAULT_DB_ALIAS
) -> tuple[str, ...]:
    """Return the purposes that `subject` was not asked about yet, in the policy's order."""
    rules = must_be_asked(policy_in_force(policy))
    if not rules:
        return ()
    held = answers_of(subject, using).purposes
    return tuple(id for id in rules if id in held and held[id].said is None)


def begin_unasked(
    sender: type, instance: Any, created: bool, raw: bool, using: str, **_: Any
) -> None:
    """After an account is saved for the first time. What `loaddata` brings has its answers."""
    if created and not raw and issubclass(sender, get_user_model()):
        not_asked(reference_of_account(instance.pk), using=using)
