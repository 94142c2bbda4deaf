from __future__ import annotations

from hashlib import sha256

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.consent.answers import WORDS, answer
from upheld import consent, context, journal
from upheld.consent.models import Consent, ConsentErasure, ConsentState, Wording
from upheld.context import Actor
from upheld.errors import ConsentError
from upheld.policy.types import Policy

pytestmark = pytest.mark.django_db


def test_an_answer_is_kept_with_the_words_that_were_shown(policy: Policy) -> None:
    recorded = answer(policy, True)
    (kept,) = consent.history("member:42")
    assert recorded.changed
    assert (kept.entry, kept.event) == (recorded.entry, recorded.event)
    assert (kept.purpose, kept.granted) == ("weekly_bundle_mail", True)
    assert (kept.wording, kept.version) == (WORDS, "1")
    assert (kept.place, kept.method, kept.actor) == ("privacy-choices", "form", "self")
    assert Consent.objects.get().wording == sha256(WORDS.encode()).hexdigest()


def test_words_are_kept_once(policy: Policy) -> None:
    answer(policy, True)
    answer(policy, False)
    answer(policy, True, subject="member:43")
    assert Wording.objects.count() == 1
    assert Consent.objects.count() == 3


def test_a_double_click_changes_nothing_twice(policy: Policy) -> None:
    first = answer(policy, True)
    second = answer(policy, True)
    assert (first.changed, second.changed) == (True, False)
    assert (second.entry, second.event) == (first.entry, first.event)
    assert Consent.objects.count() == 1
    assert journal.sequence() == 1


@pytest.mark.parametrize("news", [{"wording": "Other words."}, {"version": "2"}])
def test_the_same_answer_to_other_words_is_a_new_one(news: dict[str, str], policy: Policy) -> None:
    answer(policy, True)
    since = consent.state("member:42", policy=policy)["weekly_bundle_mail"].since
    assert answer(policy, True, **news).changed
    assert Consent.objects.count() == 2
    assert consent.state("member:42", policy=policy)["weekly_bundle_mail"].since == since


def test_staff_who_record_for_a_person_are_named(policy: Policy) -> None:
    staff = Actor("staff", "member:7", frozenset({"privacy"}))
    with context.entered(context.Context("privacy_requests", staff)):
        answer(policy, False)
    assert consent.history("member:42")[0].actor == "member:7"


def test_a_person_who_acts_for_themselves_is_no_actor(policy: Policy) -> None:
    with context.entered(context.Context("own", Actor("member", "member:42"))):
        answer(policy, False)
    assert consent.history("member:42")[0].actor == "self"


def test_an_answer_is_in_the_evidence_log(policy: Policy) -> None:
    recorded = answer(policy, True)
    (entry,) = journal.events_of("member:42")
    assert (entry.event, entry.kind, entry.decision) == (recorded.event, "consent", "granted")
    assert entry.details == {
        "for": "weekly_bundle_mail",
        "method": "form",
        "version": "1",
        "wording": sha256(WORDS.encode()).hexdigest(),
        "agreement": Consent.objects.get().agreement,
    }
    answer(policy, False)
    assert journal.events_of("member:42")[0].decision == "refused"


def test_ledger_state_and_log_share_one_fate(policy: Policy) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        answer(policy, True)
        raise ZeroDivisionError
    assert not Consent.objects.exists()
    assert not ConsentState.objects.exists()
    assert journal.sequence() == 0


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["member:1", "member:2"]),
            st.sampled_from(["weekly_bundle_mail", "news"]),
            st.booleans(),
            st.sampled_from(["1", "2"]),
        ),
        max_size=12,
    )
)
def test_the_state_is_always_the_last_answer(
    policy: Policy, answers: list[tuple[str, str, bool, str]]
) -> None:
    last: dict[tuple[str, str], bool] = {}
    with transaction.atomic():
        for subject, purpose, granted, version in answers:
            answer(policy, granted, subject=subject, purpose=purpose, version=version)
            last[subject, purpose] = granted
            assert consent.allowed(subject, purpose, policy=policy) is granted
        states = ConsentState.objects.values_list("subject", "purpose", "granted")
        assert {(subject, purpose): granted for subject, purpose, granted in states} == last
        assert list(consent.differences()) == []
        transaction.set_rollback(True)


def test_a_state_that_is_not_the_ledger_s_is_found(policy: Policy) -> None:
    for purpose in ("weekly_bundle_mail", "launch_mail"):
        answer(policy, False, purpose=purpose)
    entry = Consent.objects.get(purpose="weekly_bundle_mail").pk
    ConsentState.objects.filter(purpose="weekly_bundle_mail").update(granted=True)
    ConsentState.objects.filter(purpose="launch_mail").update(purpose="news")
    assert list(consent.differences()) == [
        f"the state of `weekly_bundle_mail` is not that of answer {entry}",
        f"answer {entry + 1} for `launch_mail` has no state",
        "a state of `news` rests on no answer",
    ]


def test_erasing_a_person_takes_their_answers_alone(policy: Policy) -> None:
    answer(policy, True)
    answer(policy, False)
    answer(policy, True, subject="member:43")
    assert consent.forget("member:42") == 2
    assert consent.history("member:42") == []
    assert not ConsentState.objects.filter(subject="member:42").exists()
    assert not ConsentErasure.objects.exists()
    assert consent.allowed("member:43", "weekly_bundle_mail", policy=policy)
    assert consent.forget("member:42") == 0


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"purpose": "weekly_bundle"},
            "no purpose `weekly_bundle` in the policy (did you mean `weekly_bundle_mail`?)",
        ),
        (
            {"purpose": "order_fulfilment"},
            "purpose `order_fulfilment` rests on `contract`, not on a choice of the person "
            "(known here: `launch_mail`, `news`, `partner_offers`, `weekly_bundle_mail`)",
        ),
        (
            {"subject": "42"},
            "`42` is no subject (write `kind:value`, for example `member:42`)",
        ),
        (
            {"subject": "member:"},
            "`member:` is no subject (write `kind:value`, for example `member:42`)",
        ),
        (
            {"wording": " "},
            "an answer cannot be recorded without its wording "
            "(the ledger must show later what was asked, where and how)",
        ),
        (
            {"version": ""},
            "an answer cannot be recorded without its version "
            "(the ledger must show later what was asked, where and how)",
        ),
    ],
)
def test_what_cannot_be_recorded(given: dict[str, str], message: str, policy: Policy) -> None:
    with pytest.raises(ConsentError) as caught:
        answer(policy, True, **given)  # type: ignore[arg-type] # texts only
    assert str(caught.value) == message
    assert not Consent.objects.exists()
    assert not Wording.objects.exists()
