"""Visitors are forgotten when their cookie has ended, and nobody else is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.consent.answers import answer
from upheld.consent.keeping import forget_visitors, keep_visitor
from upheld.consent.models import Consent, ConsentState, Visitor
from upheld.consent.visitors import lasts, new_visitor
from upheld.disposal.housekeeping import CHORES
from upheld.journal.models import Pseudonym
from upheld.policy.types import Cookie, Policy

pytestmark = pytest.mark.django_db


def chose(policy: Policy) -> str:
    visitor = new_visitor()
    keep_visitor(visitor, policy)
    answer(policy, True, subject=visitor)
    return visitor


def test_who_ended_is_forgotten_with_every_trace(policy: Policy) -> None:
    gone, here = chose(policy), chose(policy)
    answer(policy, True, subject="member:42")
    name = gone.partition(":")[2]
    Visitor.objects.filter(pk=name).update(until=datetime.now(UTC) - timedelta(minutes=1))
    assert forget_visitors() == 1
    assert forget_visitors() == 0
    for rows in (Consent, ConsentState, Pseudonym):
        assert set(rows._default_manager.values_list("subject", flat=True)) == {
            here, "member:42",
        }  # fmt: skip
    assert Visitor.objects.count() == 1


def test_the_daily_job_sees_to_it(policy: Policy) -> None:
    chose(policy)
    Visitor.objects.update(until=datetime.now(UTC) - timedelta(minutes=1))
    assert CHORES["visitors whose choices have ended"]("default") == 1


def test_a_visitor_lasts_as_long_as_the_policy_says(policy: Policy) -> None:
    assert lasts(policy) == timedelta(days=180)
    policy.cookies["upheld_choices"] = Cookie("upheld_choices", "own", days=30)
    assert lasts(policy) == timedelta(days=30)
    chose(policy)
    left = Visitor.objects.get().until - datetime.now(UTC)
    assert timedelta(days=30) < left <= timedelta(days=31)
