"""The choices page: a person signed in and a visitor, forms and JSON, and every bad input."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from tests.pages.choosing import governed, new_member
from upheld import consent
from upheld.consent import limits
from upheld.consent.models import Consent, ConsentState, TopicState, Visitor
from upheld.context import purpose

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.urls("tests.pages.site"),
]
PAGE = "/privacy/choices/"
JSON = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def _choices() -> Iterator[None]:
    cache.clear()
    with governed():
        yield
    cache.clear()


@pytest.fixture
def member() -> Any:
    return new_member()


@pytest.fixture
def signed_in(member: Any) -> Client:
    client = Client()
    with purpose("authentication"):
        client.force_login(member)
    return client


def choose(client: Client, **fields: str) -> Any:
    names = {name.replace("__", "."): value for name, value in fields.items()}
    return client.post(PAGE, names, headers=JSON)


def test_a_visitor_is_offered_what_happens_in_the_browser_and_no_cookie(client: Client) -> None:
    page = client.get(PAGE)
    text = page.content.decode()
    assert "Translation by an outsider" in text and "Tastes" in text
    assert 'name="news"' not in text
    assert "<li>News</li>" in text
    assert not page.cookies
    assert not Visitor.objects.exists()


def test_a_visitors_choice_holds_from_then_on(client: Client) -> None:
    answer = client.post(PAGE, {"translation": "yes"})
    assert (answer.status_code, answer["Location"]) == (303, f"{PAGE}?saved=all#choices")
    cookie = answer.cookies["upheld_choices"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and cookie["max-age"] == 30 * 86400
    (visitor,) = Visitor.objects.all()
    assert consent.allowed(f"visitor:{visitor.pk}", "translation")
    state = client.get(PAGE, {"format": "json"}).json()
    assert state["choices"] == {"translation": True, "tastes": False}
    assert state["answered"] == ["translation"]
    client.post(PAGE, {"tastes": "no"})
    assert Visitor.objects.count() == 1


@pytest.mark.parametrize(
    "value",
    [
        "AAAAAAAAAAAAAAAAAAAA",
        "AAAAAAAAAAAAAAAAAAAA:1abcde:forged",
        "x" * 5000,
        "::",
        "\x00",
    ],
)
def test_a_forged_or_broken_cookie_is_nobodys(client: Client, value: str) -> None:
    client.post(PAGE, {"translation": "yes"})
    client.cookies["upheld_choices"] = value
    assert client.get(PAGE, {"format": "json"}).json()["answered"] == []


def test_a_cookie_cut_short_or_of_another_site_is_nobodys(client: Client) -> None:
    client.post(PAGE, {"translation": "yes"})
    genuine = client.cookies["upheld_choices"].value
    client.cookies["upheld_choices"] = genuine[:-1]
    assert client.get(PAGE, {"format": "json"}).json()["answered"] == []
    client.cookies["upheld_choices"] = genuine
    assert client.get(PAGE, {"format": "json"}).json()["answered"] == ["translation"]
    from django.test import override_settings

    with override_settings(SECRET_KEY="another site"):
        assert client.get(PAGE, {"format": "json"}).json()["answered"] == []


def test_a_cookie_older_than_the_policy_allows_is_nobodys(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    import time

    client.post(PAGE, {"translation": "yes"})
    later = time.time() + 31 * 86400
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    assert client.get(PAGE, {"format": "json"}).json()["answered"] == []


def test_one_click_says_no_to_everything(signed_in: Client, member: Any) -> None:
    text = signed_in.get(PAGE).content.decode()
    assert 'name="every" value="no">No to all' in text
    assert 'name="every" value="yes">Yes to all' in text
    answer = choose(signed_in, every="no").json()
    assert not any(answer["choices"].values())
    assert answer["answered"] == ["weekly_bundle_mail", "news", "surveys", "translation", "tastes"]
    assert any(choose(signed_in, every="yes").json()["choices"].values())


def test_all_is_what_happens_in_the_browser(signed_in: Client) -> None:
    answer = choose(signed_in, all="yes").json()
    assert answer["answered"] == ["translation", "tastes"]


def test_a_topic_refused_leaves_the_others(signed_in: Client, member: Any) -> None:
    who = f"member:{member.pk}"
    choose(signed_in, news="yes")
    answer = choose(signed_in, **{"news__special deals": "no"}).json()
    assert answer["choices"]["news"] and answer["choices"]["news.events"]
    assert not answer["choices"]["news.special deals"]
    assert consent.allowed(who, "news", "events")
    assert not consent.allowed(who, "news", "special deals")
    assert consent.allowing([who], "news", "special deals") == set()
    assert consent.allowing([who], "news", "events") == {who}


def test_a_topic_agreed_to_alone_is_a_yes_to_it_alone(signed_in: Client, member: Any) -> None:
    choose(signed_in, news="no")
    answer = choose(signed_in, news__events="yes").json()
    assert answer["choices"]["news"] and answer["choices"]["news.events"]
    assert not answer["choices"]["news.special deals"]


def test_words_and_version_are_kept(signed_in: Client, member: Any) -> None:
    choose(signed_in, news__events="no", via="banner")
    (kept,) = consent.history(f"member:{member.pk}")
    assert (kept.wording, kept.method, kept.place) == (
        "News by mail: events", "banner", "privacy/choices",
    )  # fmt: skip
    assert kept.version == "2026-11-22"


def test_a_double_click_is_one_answer(signed_in: Client) -> None:
    for _ in range(2):
        choose(signed_in, news="no")
    assert Consent.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"news": "maybe"}, "`maybe` is no answer to `news`"),
        ({"news": "maybe", "surveys": "yes"}, "`maybe` is no answer to `news`"),
        ({"bread": "yes"}, "nothing was answered that is offered here"),
        ({"order_fulfilment": "no"}, "nothing was answered that is offered here"),
        ({"news.gossip": "yes"}, "nothing was answered that is offered here"),
        ({}, "nothing was answered that is offered here"),
    ],
)
def test_what_cannot_be_read_changes_nothing(
    signed_in: Client, fields: dict[str, str], message: str
) -> None:
    answer = signed_in.post(PAGE, fields, headers=JSON)
    assert (answer.status_code, answer.json()["error"]) == (400, message)
    page = signed_in.post(PAGE, fields)
    assert page.status_code == 400 and 'role="alert"' in page.content.decode()
    assert not Consent.objects.exists()


def test_a_page_from_an_earlier_policy_loses_nothing(signed_in: Client) -> None:
    answer = signed_in.post(PAGE, {"old_news": "no", "surveys": "yes"}, headers=JSON).json()
    assert answer["unknown"] == ["old_news"]
    assert answer["answered"] == ["surveys"]
    page = signed_in.post(PAGE, {"old_news": "no", "surveys": "no"}, follow=True)
    assert "not offered any more" in page.content.decode()


def test_a_visitor_cannot_answer_for_mail(client: Client) -> None:
    answer = client.post(PAGE, {"news": "yes"}, headers=JSON)
    assert answer.status_code == 400
    assert not ConsentState.objects.exists() and not answer.cookies


def test_next_leads_within_the_site_alone(client: Client) -> None:
    answer = client.post(PAGE, {"translation": "no", "next": "/topics/?a=1"})
    assert answer["Location"] == "/topics/?a=1"
    for outside in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        answer = client.post(PAGE, {"translation": "no", "next": outside})
        assert answer["Location"].startswith(PAGE)


def test_without_the_form_s_token_nothing_is_taken() -> None:
    with_csrf = ["django.middleware.csrf.CsrfViewMiddleware", *settings.MIDDLEWARE]
    from django.test import override_settings

    with override_settings(MIDDLEWARE=with_csrf):
        strict = Client(enforce_csrf_checks=True)
        assert strict.post(PAGE, {"translation": "yes"}).status_code == 403
        strict.get(PAGE)
        token = strict.cookies["csrftoken"].value
        sent = {"translation": "yes", "csrfmiddlewaretoken": token}
        assert strict.post(PAGE, sent).status_code == 303
    assert Consent.objects.count() == 1


@pytest.mark.parametrize("header", ["Sec-GPC", "DNT"])
def test_a_signal_is_a_no_until_a_yes_is_said_meanwhile(client: Client, header: str) -> None:
    client.post(PAGE, {"translation": "yes"})
    signalling = {header: "1"}
    state = client.get(PAGE, {"format": "json"}, headers=signalling).json()
    assert state["signal"] == {"Sec-GPC": "gpc", "DNT": "dnt"}[header]
    assert not state["choices"]["translation"]
    assert "asks sites not to track you" in client.get(PAGE, headers=signalling).content.decode()
    client.post(PAGE, {"translation": "yes"}, headers=signalling)
    state = client.get(PAGE, {"format": "json"}, headers=signalling).json()
    assert state["choices"]["translation"]
    assert [kept.method for kept in Consent.objects.order_by("pk")] == ["page", "page+signal"]
    # Said without the signal again, it does not stand against one.
    client.post(PAGE, {"translation": "yes"})
    state = client.get(PAGE, {"format": "json"}, headers=signalling).json()
    assert not state["choices"]["translation"]


def test_a_flood_meets_a_clear_answer_and_ends(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PER_CHOOSER", 3)
    monkeypatch.setattr(limits, "PER_ADDRESS", 8)
    client.post(PAGE, {"translation": "yes"})
    for number in range(3):
        assert choose(client, translation="no" if number % 2 else "yes").status_code == 200
    answer = choose(client, translation="no")
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= limits.STRETCH
    assert answer.json()["error"] == "choices were changed very often"
    page = client.post(PAGE, {"translation": "no"})
    assert page.status_code == 429 and "nothing was changed" in page.content.decode()
    # Others behind the address go on until it is too much of them too.
    codes = [choose(Client(), translation="no").status_code for _ in range(4)]
    assert codes == [200, 200, 429, 429]
    assert Visitor.objects.count() == 3


def test_a_visitors_ledger_stays_short(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from upheld.consent import keeping

    monkeypatch.setattr(keeping, "MOST_KEPT", 4)
    choose(client, tastes="yes")
    for number in range(9):
        choose(client, translation="no" if number % 2 else "yes")
    assert Consent.objects.count() <= 5
    state = client.get(PAGE, {"format": "json"}).json()
    assert state["choices"] == {"translation": True, "tastes": True}
    assert list(consent.differences()) == []


def test_no_row_is_left_of_an_answer_that_failed(
    signed_in: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from upheld.consent import choosing

    def breaks(*args: Any, **kwargs: Any) -> Any:
        raise ZeroDivisionError

    calls = []

    def second(*args: Any, **kwargs: Any) -> Any:
        calls.append(args)
        return breaks() if len(calls) == 2 else consent.record(*args, **kwargs)

    monkeypatch.setattr(choosing, "record", second)
    with pytest.raises(ZeroDivisionError):
        choose(signed_in, news="no", surveys="yes")
    assert not Consent.objects.exists() and not TopicState.objects.exists()
