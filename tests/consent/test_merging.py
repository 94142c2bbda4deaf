from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.consent.answers import WORDS, answer
from upheld import consent
from upheld.policy.types import Policy

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
VISITOR, MEMBER = "session:abc", "member:42"
PURPOSE = "weekly_bundle_mail"


def test_what_a_visitor_chose_becomes_the_member_s(policy: Policy) -> None:
    answer(policy, True, subject=VISITOR, at=NOON)
    assert consent.merge(VISITOR, MEMBER, policy=policy) == (PURPOSE,)
    assert consent.allowed(MEMBER, PURPOSE, policy=policy)
    (kept,) = consent.history(MEMBER)
    assert (kept.wording, kept.at, kept.method) == (WORDS, NOON, "merged")
    assert consent.history(VISITOR) == []


def test_a_default_is_no_answer(policy: Policy) -> None:
    answer(policy, True, at=NOON)
    assert consent.merge(VISITOR, MEMBER, policy=policy) == ()
    assert consent.allowed(MEMBER, PURPOSE, policy=policy)


def test_a_purpose_that_went_out_of_the_policy_is_not_taken_over(policy: Policy) -> None:
    answer(policy, True, subject=VISITOR)
    del policy.purposes[PURPOSE]
    assert consent.merge(VISITOR, MEMBER, policy=policy) == ()
    assert consent.history(MEMBER) == []


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.booleans(), st.booleans(), st.integers(-2, 2))
def test_the_later_answer_wins_and_a_refusal_wins_a_tie(
    policy: Policy, member: bool, visitor: bool, minutes: int
) -> None:
    with transaction.atomic():
        answer(policy, member, at=NOON)
        answer(policy, visitor, subject=VISITOR, at=NOON + timedelta(minutes=minutes))
        consent.merge(VISITOR, MEMBER, policy=policy)
        if minutes:
            expected = visitor if minutes > 0 else member
        else:
            expected = member and visitor
        assert consent.allowed(MEMBER, PURPOSE, policy=policy) is expected
        assert list(consent.differences()) == []
        transaction.set_rollback(True)


def test_merging_twice_changes_nothing_more(policy: Policy) -> None:
    answer(policy, False, subject=VISITOR)
    consent.merge(VISITOR, MEMBER, policy=policy)
    assert consent.merge(VISITOR, MEMBER, policy=policy) == ()
    assert len(consent.history(MEMBER)) == 1
