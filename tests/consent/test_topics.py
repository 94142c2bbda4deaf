"""Answers about one topic of a purpose."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.consent.answers import answer
from upheld import consent
from upheld.consent.models import Consent, TopicState
from upheld.errors import ConsentError
from upheld.policy.types import Policy

pytestmark = pytest.mark.django_db
WHO = "member:42"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def topics(policy: Policy) -> Policy:
    rule = replace(policy.purposes["news"], topics=("events", "deals"))
    return replace(policy, purposes=policy.purposes | {"news": rule})


def test_a_topic_is_allowed_with_its_purpose_until_it_is_refused(topics: Policy) -> None:
    assert consent.allowed(WHO, "news", "deals", policy=topics)
    answer(topics, False, purpose="news", topic="deals")
    assert not consent.allowed(WHO, "news", "deals", policy=topics)
    assert consent.allowed(WHO, "news", "events", policy=topics)
    assert consent.allowed(WHO, "news", policy=topics)
    answer(topics, False, purpose="news")
    assert not consent.allowed(WHO, "news", "events", policy=topics)
    answer(topics, True, purpose="news")
    assert not consent.allowed(WHO, "news", "deals", policy=topics), "a refusal was forgotten"


def test_asking_for_many_says_the_same_as_asking_for_each(topics: Policy) -> None:
    people = [f"member:{number}" for number in range(1200)]
    for number in (0, 3, 600, 1199):
        answer(topics, False, purpose="news", topic="deals", subject=f"member:{number}")
    for number in (1, 700):
        answer(topics, False, purpose="news", subject=f"member:{number}")
    for topic in ("", "deals", "events"):
        expected = {who for who in people if consent.allowed(who, "news", topic, policy=topics)}
        assert consent.allowing(people, "news", topic, policy=topics) == expected


def test_a_topic_that_the_purpose_lacks_is_a_wrong_question(topics: Policy) -> None:
    with pytest.raises(ConsentError) as caught:
        consent.allowed(WHO, "news", "deal", policy=topics)
    assert str(caught.value) == "purpose `news` has no topic `deal` (did you mean `deals`?)"
    with pytest.raises(ConsentError):
        answer(topics, True, purpose="news", topic="gossip")
    assert not Consent.objects.exists()


def test_state_and_ledger_agree_about_topics(topics: Policy) -> None:
    for granted in (True, False, True):
        answer(topics, granted, purpose="news", topic="deals")
    answer(topics, True, purpose="news", topic="deals")
    assert Consent.objects.count() == 3
    assert consent.state(WHO, policy=topics)["news"].topics == {"deals": True}
    assert list(consent.differences()) == []
    TopicState.objects.update(granted=False)
    (entry,) = consent.differences()
    assert entry.startswith("the state of `news.deals` is not that of answer ")


def test_a_visitors_topic_joins_by_the_same_rule(topics: Policy) -> None:
    visitor = "visitor:AAAAAAAAAAAAAAAAAAAA"
    answer(topics, False, subject=visitor, purpose="news", topic="deals", at=NOON)
    answer(topics, True, subject=visitor, purpose="news", topic="events", at=NOON)
    later = NOON + timedelta(hours=1)
    answer(topics, False, subject=WHO, purpose="news", topic="events", at=later)
    assert consent.merge(visitor, WHO, policy=topics) == ("news.deals",)
    assert consent.state(WHO, policy=topics)["news"].topics == {"events": False, "deals": False}
    assert not TopicState.objects.filter(subject=visitor).exists()


def test_a_topic_that_went_out_of_the_policy_is_not_taken_over(topics: Policy) -> None:
    visitor = "visitor:AAAAAAAAAAAAAAAAAAAA"
    answer(topics, False, subject=visitor, purpose="news", topic="deals")
    rule = replace(topics.purposes["news"], topics=("events",))
    later = replace(topics, purposes=topics.purposes | {"news": rule})
    assert consent.merge(visitor, WHO, policy=later) == ()


def test_erasing_takes_topics_too(topics: Policy) -> None:
    answer(topics, False, purpose="news", topic="deals")
    answer(topics, False, purpose="news", topic="deals", subject="member:43")
    consent.forget_all([WHO])
    assert list(TopicState.objects.values_list("subject", flat=True)) == ["member:43"]
