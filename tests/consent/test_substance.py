"""Asked again when a purpose reaches further, and not for a typo."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.consent.answers import answer
from upheld import consent
from upheld.consent.models import ConsentState
from upheld.consent.settling import settle
from upheld.consent.substance import Substance, Wider, substance_of, wider
from upheld.policy.types import Cookie, Embed, Grant, Policy, Purpose, Recipient, Retention

WHO, MAIL = "member:42", "weekly_bundle_mail"


def with_rule(policy: Policy, **changed: object) -> Policy:
    rule = replace(policy.purposes[MAIL], **changed)  # type: ignore[arg-type] # fields of a purpose
    return replace(policy, purposes=policy.purposes | {MAIL: rule})


@pytest.fixture
def agreed(policy: Policy) -> Policy:
    """A mail that reads an address, about two topics."""
    grant = Grant(read=("contact.email",), rows="consented")
    return with_rule(policy, may=grant, channel="mail", topics=("deals", "news"))


WORDING_ALONE = {
    "a title": {"title": "Our weekly letter"},
    "a sentence": {"says": ("only-if-agreed",)},
    "another order of topics": {"topics": ("news", "deals")},
    "a topic less": {"topics": ("news",)},
    "less data": {"may": Grant(rows="consented")},
    "an end": {"keep": Retention("account.closed", "30 days")},
    "a post": {"posts": ("marketing",)},
}
FURTHER = {
    "more data": (
        {"may": Grant(read=("contact.email", "taste.colour"), rows="consented")},
        Wider(data=("taste.colour",)),
    ),
    "more data, masked": (
        {"may": Grant(read=("contact.email",), mask=("contact.phone",), rows="consented")},
        Wider(data=("contact.phone",)),
    ),
    "a topic more": ({"topics": ("deals", "news", "partners")}, Wider(topics=("partners",))),
    "another channel": ({"channel": "phone"}, Wider(channel="phone")),
}


@pytest.mark.django_db
@pytest.mark.parametrize("changed", WORDING_ALONE.values(), ids=WORDING_ALONE)
def test_a_yes_outlasts_what_changes_nothing(changed: dict[str, object], agreed: Policy) -> None:
    answer(agreed, True)
    later = replace(with_rule(agreed, **changed), updated=date(2027, 1, 1))
    assert consent.allowed(WHO, MAIL, policy=later)
    assert consent.state(WHO, policy=later)[MAIL].explicit
    settle(policy=later)
    assert ConsentState.objects.get().granted


@pytest.mark.django_db
@pytest.mark.parametrize(("changed", "more"), FURTHER.values(), ids=FURTHER)
def test_a_yes_to_less_does_not_count_and_is_asked_again(
    changed: dict[str, object], more: Wider, agreed: Policy
) -> None:
    answer(agreed, True)
    later = with_rule(agreed, **changed)
    assert not consent.allowed(WHO, MAIL, policy=later)
    assert consent.allowing([WHO], MAIL, policy=later) == set()
    state = consent.state(WHO, policy=later)[MAIL]
    assert (state.granted, state.explicit, state.since, state.wider) == (False, False, None, more)
    # The old rules come back: so does what was said.
    assert consent.allowed(WHO, MAIL, policy=agreed)
    # Said again, to the same words: it counts.
    assert answer(later, True).changed
    assert consent.allowed(WHO, MAIL, policy=later)


@pytest.mark.django_db
def test_a_recipient_or_an_outside_origin_more_asks_again(agreed: Policy) -> None:
    answer(agreed, True)
    printer = Recipient("printer", (MAIL,), ("contact.email",), where="GB")
    to_gb = replace(agreed, recipients={"printer": printer})
    assert consent.state(WHO, policy=to_gb)[MAIL].wider == Wider(recipients=("printer (GB)",))
    answer(to_gb, True)
    to_us = replace(agreed, recipients={"printer": replace(printer, where="US")})
    assert consent.state(WHO, policy=to_us)[MAIL].wider == Wider(recipients=("printer (US)",))
    loads = replace(agreed, embeds={"map": Embed("map", "https://maps.example", MAIL)})
    assert consent.state(WHO, policy=loads)[MAIL].wider == Wider(outside=("https://maps.example",))


@pytest.mark.django_db
def test_a_no_outlasts_every_change(agreed: Policy) -> None:
    answer(agreed, False)
    for changed, _ in FURTHER.values():
        later = with_rule(agreed, **changed)
        state = consent.state(WHO, policy=later)[MAIL]
        assert (state.granted, state.explicit, bool(state.wider)) == (False, True, False)


@pytest.mark.django_db
def test_an_answer_of_before_agreements_were_kept_counts(agreed: Policy) -> None:
    answer(agreed, True)
    ConsentState.objects.update(agreement="")
    assert consent.allowed(WHO, MAIL, policy=with_rule(agreed, channel="phone"))


@pytest.mark.django_db
def test_an_agreement_that_nobody_knows_covers_nothing(agreed: Policy) -> None:
    answer(agreed, True)
    ConsentState.objects.update(agreement="0" * 64)
    assert not consent.allowed(WHO, MAIL, policy=agreed)


@pytest.mark.django_db
def test_row_filters_follow_the_policy_there_and_back(agreed: Policy) -> None:
    answer(agreed, True)
    answer(agreed, False, subject="member:43")
    later = with_rule(agreed, channel="phone")
    assert settle(policy=later) == 1
    mine = ConsentState.objects.get(subject=WHO)
    assert (mine.granted, mine.standing) == (False, ConsentState.CHANGED)
    assert list(consent.differences()) == []
    assert settle(policy=later) == 0
    assert settle(policy=agreed) == 1
    assert ConsentState.objects.get(subject=WHO).granted
    assert not ConsentState.objects.get(subject="member:43").granted


@pytest.mark.django_db
def test_where_silence_is_a_yes_a_yes_to_less_is_no_refusal(policy: Policy) -> None:
    answer(policy, True, purpose="partner_offers")
    rule = replace(policy.purposes["partner_offers"], channel="phone")
    later = replace(policy, purposes=policy.purposes | {"partner_offers": rule})
    assert consent.allowed(WHO, "partner_offers", policy=later)
    settle(policy=later)
    assert ConsentState.objects.get().granted
    # When it becomes an opt-in at the same time, the yes is not enough.
    opt_in = replace(rule, default="out", basis="consent")
    strict = replace(policy, purposes=policy.purposes | {"partner_offers": opt_in})
    assert settle(policy=strict) == 1
    assert not consent.allowed(WHO, "partner_offers", policy=strict)


def test_all_data_are_named_one_by_one(policy: Policy) -> None:
    rule = Purpose("own", "contract", may=Grant(read=("*",)))
    assert substance_of(policy, rule).data == ()
    assert Cookie("x", "own").id not in substance_of(policy, rule).outside


words = st.lists(st.sampled_from(["a", "b", "c"]), unique=True).map(lambda w: tuple(sorted(w)))
substances = st.builds(
    Substance, st.just("p"), words, words, words, st.sampled_from(["", "mail", "phone"]), words
)


@given(substances, substances)
def test_laws_of_reaching_further(one: Substance, other: Substance) -> None:
    assert not wider(one, one)
    assert Substance.read(one.content) == one
    assert (one.digest == other.digest) is (one == other)
    both = replace(
        other, data=tuple(sorted({*one.data, *other.data})), channel=one.channel or other.channel
    )
    assert set(wider(both, other).data) == set(one.data) - set(other.data)
    if not wider(one, other) and not wider(other, one):
        assert (one.data, one.topics) == (other.data, other.topics)
