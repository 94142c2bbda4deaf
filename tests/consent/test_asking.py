from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.consent.answers import answer
from upheld import consent, context
from upheld.consent import State
from upheld.consent.models import ConsentState
from upheld.errors import ConsentError
from upheld.policy.types import Policy

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("purpose", "before"),
    [
        ("weekly_bundle_mail", False),
        ("launch_mail", False),
        ("news", True),
        ("partner_offers", True),
    ],
)
def test_before_a_choice_the_policy_s_default_holds(
    purpose: str, before: bool, policy: Policy
) -> None:
    assert consent.allowed("member:42", purpose, policy=policy) is before
    answer(policy, not before, purpose=purpose)
    assert consent.allowed("member:42", purpose, policy=policy) is not before
    assert consent.allowed("member:43", purpose, policy=policy) is before


def test_a_purpose_without_a_choice_is_a_wrong_question(policy: Policy) -> None:
    with pytest.raises(ConsentError) as caught:
        consent.allowed("member:42", "order_fulfilment", policy=policy)
    assert caught.value.message == (
        "purpose `order_fulfilment` rests on `contract`, not on a choice of the person"
    )


def test_the_whole_state_in_the_policy_s_order(policy: Policy) -> None:
    answer(policy, False, purpose="news")
    found = consent.state("member:42", policy=policy)
    assert list(found) == ["weekly_bundle_mail", "launch_mail", "news", "partner_offers"]
    assert found["weekly_bundle_mail"] == State(False, False, None)
    assert found["partner_offers"] == State(True, False, None)
    assert (found["news"].granted, found["news"].explicit) == (False, True)
    assert found["news"].since == consent.history("member:42")[0].at


def test_asking_is_one_indexed_read(policy: Policy) -> None:
    with CaptureQueriesContext(connection) as queries:
        consent.allowed("member:42", "news", policy=policy)
    assert len(queries) == 1
    explained = ConsentState.objects.filter(subject="member:42").explain()
    assert "upheld_consentstate" in explained
    if connection.vendor == "sqlite":
        assert "USING INDEX" in explained


def test_a_request_remembers_and_the_next_one_does_not(policy: Policy) -> None:
    with context.entered(context.Context(request="r1")), CaptureQueriesContext(connection) as one:
        for purpose in ("news", "weekly_bundle_mail", "news"):
            consent.allowed("member:42", purpose, policy=policy)
    assert len(one) == 1
    # Another worker records an answer; this one learns of it with its next request.
    ConsentState.objects.create(
        subject="member:42", purpose="news", granted=False, since="2026-11-22T08:00Z", entry=1
    )
    with context.entered(context.Context(request="r2")):
        assert consent.allowed("member:42", "news", policy=policy) is False


def test_an_answer_holds_at_once_in_its_own_request(policy: Policy) -> None:
    with context.entered(context.Context(request="r3")):
        assert consent.allowed("member:42", "news", policy=policy) is True
        answer(policy, False, purpose="news")
        assert consent.allowed("member:42", "news", policy=policy) is False
        consent.forget("member:42")
        assert consent.allowed("member:42", "news", policy=policy) is True


def test_without_a_request_nothing_is_remembered(policy: Policy) -> None:
    with CaptureQueriesContext(connection) as queries:
        consent.allowed("member:42", "news", policy=policy)
        consent.allowed("member:42", "news", policy=policy)
    assert len(queries) == 2


def test_the_choices_of_the_site_s_own_policy() -> None:
    assert consent.allowed("member:42", "weekly_bundle_mail") is False
    assert "weekly_bundle_mail" in consent.state("member:42")
