"""Questions in a form: how they look follows from the policy, what was shown is kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django import forms

from tests.pages.choosing import governed
from upheld import consent
from upheld.consent.models import Consent, ConsentState
from upheld.consent.questions import ConsentQuestions
from upheld.consent.records import records
from upheld.consent.settling import settle
from upheld.consent.unasked import not_asked, waiting
from upheld.errors import ConsentError
from upheld.policy.types import Policy

pytestmark = pytest.mark.django_db
WHO = "member:42"


class Joining(ConsentQuestions, forms.Form):
    name = forms.CharField()


class OneQuestion(ConsentQuestions, forms.Form):
    asks_about = ("news",)


@pytest.fixture(autouse=True)
def policy() -> Iterator[Policy]:
    with governed() as chosen:
        yield chosen


def joined(**given: str) -> dict[str, consent.State]:
    form = Joining({"name": "Ada"} | given)
    assert form.is_valid(), form.errors
    form.record_answers(WHO, place="registration")
    return consent.state(WHO)


def test_what_reaches_people_is_asked_and_nothing_else() -> None:
    names = [field.html_name for field in Joining().questions()]
    assert names == ["consent_weekly_bundle_mail", "consent_news", "consent_surveys"]


def test_an_opt_in_is_a_box_without_a_tick() -> None:
    text = str(Joining()["consent_weekly_bundle_mail"])
    assert 'type="checkbox"' in text and "checked" not in text and "required" not in text
    assert Joining()["consent_weekly_bundle_mail"].label == "Yes, please: Weekly bundle mail"


def test_an_opt_out_is_plain_to_see_and_says_what_silence_means() -> None:
    field = Joining()["consent_news"]
    assert field.label == "No, thank you: News by mail"
    assert field.help_text.startswith("Without a tick here you get it.")
    assert "checked" not in str(field)


def test_what_must_be_chosen_has_no_answer_beforehand() -> None:
    text = str(Joining()["consent_surveys"])
    assert text.count('type="radio"') == 2 and "checked" not in text
    form = Joining({"name": "Ada"})
    assert form.errors == {"consent_surveys": ["Please choose yes or no."]}
    assert not Joining({"name": "Ada", "consent_surveys": "perhaps"}).is_valid()


def test_answers_are_recorded_with_the_words_that_were_shown(policy: Policy) -> None:
    states = joined(consent_surveys="yes", consent_weekly_bundle_mail="on")
    assert states["surveys"].granted and states["weekly_bundle_mail"].granted
    kept = {one.purpose: one for one in consent.history(WHO)}
    assert kept["weekly_bundle_mail"].wording == (
        "Yes, please: Weekly bundle mail You can stop it with one click at any time."
    )
    assert kept["surveys"].wording == "Surveys by mail"
    assert kept["news"].wording == (
        "No, thank you: News by mail Without a tick here you get it. "
        "You can stop it with one click at any time."
    )
    assert {one.version for one in kept.values()} == {policy.updated.isoformat()}
    assert {one.place for one in kept.values()} == {"registration"}


def test_silence_is_no_yes_where_a_yes_is_needed() -> None:
    states = joined(consent_surveys="no")
    assert not states["weekly_bundle_mail"].granted
    assert not states["surveys"].granted


def test_left_alone_a_box_to_decline_with_counts_and_is_no_word_of_the_person() -> None:
    news = joined(consent_surveys="no")["news"]
    assert (news.granted, news.explicit, news.since) == (True, False, None)
    assert ConsentState.objects.get(purpose="news").standing == ConsentState.TACIT
    (status,) = next(
        record["dpv:hasProcess"][0]["dpv:hasConsentStatus"]
        for record in records(WHO)
        if "#purpose.news" in str(record)
    )
    assert status["@type"] == ["dpv:ConsentGiven", "dpv:ImpliedConsent"]
    assert list(consent.differences()) == []


def test_declined_is_declined() -> None:
    news = joined(consent_surveys="no", consent_news="on")["news"]
    assert (news.granted, news.explicit) == (False, True)
    # The form again, left alone: their own word stands.
    assert not joined(consent_surveys="no")["news"].granted


def test_a_tacit_yes_joins_nobody_and_outlasts_no_opt_in(policy: Policy) -> None:
    joined(consent_surveys="no")
    assert "news" not in consent.merge(WHO, "member:43")
    joined(consent_surveys="no")
    rule = replace(policy.purposes["news"], default="out", basis="consent")
    strict = replace(policy, purposes=policy.purposes | {"news": rule})
    assert not consent.allowed(WHO, "news", policy=strict)
    assert settle(policy=strict) == 1
    assert not ConsentState.objects.get(purpose="news").granted
    assert settle(policy=policy) == 1
    assert ConsentState.objects.get(purpose="news").granted


def test_the_form_answers_the_question_that_an_account_begins_with() -> None:
    not_asked(WHO)
    assert waiting(WHO) == ("news", "surveys")
    assert joined(consent_surveys="no")["news"].granted
    assert waiting(WHO) == ()


def test_a_form_may_ask_about_some_alone() -> None:
    assert list(OneQuestion().fields) == ["consent_news"]


def test_a_form_cannot_ask_about_what_leaves_no_choice() -> None:
    class Wrong(ConsentQuestions, forms.Form):
        asks_about = ("order_fulfilment",)

    with pytest.raises(ConsentError) as caught:
        Wrong()
    assert str(caught.value) == (
        "a form asks about `order_fulfilment`, which leaves no choice "
        "(ask about purposes that rest on consent or have a `default`)"
    )


def test_all_answers_or_none(monkeypatch: pytest.MonkeyPatch) -> None:
    from upheld.consent import questions

    real, calls = questions.record, []

    def breaks(*args: Any, **given: Any) -> Any:
        calls.append(args)
        if len(calls) == 3:
            raise ZeroDivisionError
        return real(*args, **given)

    monkeypatch.setattr(questions, "record", breaks)
    with pytest.raises(ZeroDivisionError):
        joined(consent_surveys="no")
    assert not Consent.objects.exists()
