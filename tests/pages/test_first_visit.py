"""Accounts that nobody asked, and visitors who sign in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core import serializers
from django.core.cache import cache
from django.test import Client

from tests.pages.choosing import governed, new_member, policy_with_choices
from upheld import consent
from upheld.consent.models import Consent, ConsentState, Visitor
from upheld.consent.unasked import waiting
from upheld.context import purpose
from upheld.datamap.active import active
from upheld.datamap.paths import consented_rows

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.pages.site")]
PAGE = "/privacy/choices/"


@pytest.fixture(autouse=True)
def _choices(settings: Any) -> Iterator[None]:
    cache.clear()
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "upheld.pages.first_visit.ChoicesMiddleware"]
    with governed():
        yield


def sign_in(client: Client) -> Any:
    return client.post("/sign-in/", {"username": "ada", "password": "x"})


def test_silence_of_an_account_that_nobody_asked_is_no_yes() -> None:
    who = f"member:{new_member().pk}"
    assert waiting(who) == ("news", "surveys")
    assert not consent.allowed(who, "news")
    assert consent.state(who)["news"].unasked
    # Somebody without an account is under the default, as the policy says.
    assert consent.allowed("guest:somebody", "news")
    assert list(consent.differences()) == []


def test_row_filters_leave_them_out_too() -> None:
    member = new_member()
    from django.db import connection

    model = active().datamap.model("auth.User")
    assert model is not None
    sql, params = consented_rows(model, "u", "news", connection)
    text = f"SELECT u.id FROM auth_user u WHERE {sql}"

    def found() -> list[Any]:
        from upheld.guard.direct import Direct

        return [row[0] for row in Direct("default").rows(text, params)]

    assert found() == []
    consent.record(
        f"member:{member.pk}", "news", True, wording="News", version="1", place="here",
        method="form",
    )  # fmt: skip
    assert found() == [member.pk]


def test_the_first_page_asks_and_leads_back() -> None:
    new_member()
    client = Client()
    assert sign_in(client).status_code == 200
    answer = client.get("/me/?a=1")
    assert (answer.status_code, answer["Location"]) == (302, f"{PAGE}?next=%2Fme%2F%3Fa%3D1")
    page = client.get(answer["Location"])
    text = page.content.decode()
    assert "Your account was made without asking you" in text
    assert 'aria-pressed="true" aria-label="Yes: News by mail"' not in text
    assert 'name="next" value="/me/?a=1"' in text
    answer = client.post(PAGE, {"every": "no", "next": "/me/?a=1"})
    assert answer["Location"] == "/me/?a=1"
    assert client.get("/me/?a=1").status_code == 200


@pytest.mark.parametrize("headers", [{"Accept": "application/json"}, {"Sec-Fetch-Mode": "cors"}])
def test_what_is_no_page_passes(headers: dict[str, str]) -> None:
    new_member()
    client = Client()
    sign_in(client)
    assert client.get("/me/", headers=headers).status_code == 200


def test_pages_of_privacy_and_the_way_out_pass(settings: Any) -> None:
    new_member()
    client = Client()
    sign_in(client)
    assert client.get("/privacy/").status_code == 200
    settings.UPHELD = settings.UPHELD | {"ASK_NOT_AT": ("me",)}
    with governed():
        assert client.get("/me/").status_code == 200


def test_visitors_and_whoever_was_asked_are_left_in_peace() -> None:
    assert Client().get("/topics/").status_code == 200
    member = new_member()
    client = Client()
    sign_in(client)
    for rule in ("news", "surveys"):
        consent.record(
            f"member:{member.pk}", rule, False, wording="?", version="1", place="registration",
            method="form",
        )  # fmt: skip
    assert client.get("/me/").status_code == 200


def test_a_policy_of_opt_ins_asks_nobody() -> None:
    now = active().policy
    rules = {id: rule for id, rule in now.purposes.items() if id not in ("news", "surveys")}
    with governed(replace(now, purposes=rules)):
        member = new_member()
        assert waiting(f"member:{member.pk}") == ()
    assert not ConsentState.objects.exists()


def test_a_loaded_account_brings_its_own_answers() -> None:
    from django.contrib.auth.models import User

    with purpose("upkeep"):
        text = serializers.serialize("json", [User(pk=77, username="eve", password="x")])
        for loaded in serializers.deserialize("json", text):
            loaded.save()
        assert get_user_model().objects.filter(pk=77).exists()
    assert not ConsentState.objects.filter(subject="member:77").exists()


def test_a_visitors_choices_become_the_members_at_sign_in() -> None:
    member = new_member()
    client = Client()
    client.post(PAGE, {"translation": "yes"}, headers={"Sec-GPC": "1"})
    answer = sign_in(client)
    assert answer.cookies["upheld_choices"]["max-age"] == 0
    assert consent.allowed(f"member:{member.pk}", "translation")
    (kept,) = consent.history(f"member:{member.pk}")
    assert (kept.method, kept.wording) == ("merged+signal", "Translation by an outsider")
    assert not Visitor.objects.exists()
    assert not Consent.objects.filter(subject__startswith="visitor:").exists()
    state = client.get(PAGE, {"format": "json"}, headers={"Sec-GPC": "1"}).json()
    assert state["choices"]["translation"]


def test_the_members_later_no_outlasts_the_visitors_yes() -> None:
    member = new_member()
    client = Client()
    client.post(PAGE, {"translation": "yes"})
    consent.record(
        f"member:{member.pk}", "translation", False, wording="?", version="1", place="here",
        method="form",
    )  # fmt: skip
    sign_in(client)
    assert not consent.allowed(f"member:{member.pk}", "translation")


def test_a_sign_in_with_a_forged_cookie_takes_nothing_over() -> None:
    member = new_member()
    client = Client()
    client.cookies["upheld_choices"] = "A" * 20 + ":1abcde:forged"
    assert sign_in(client).status_code == 200
    assert consent.history(f"member:{member.pk}") == []


def test_a_choice_before_the_sign_in_of_another_is_the_first_ones_alone() -> None:
    first, second = new_member(), new_member("bob")
    client = Client()
    client.post(PAGE, {"translation": "yes"})
    sign_in(client)
    client.post("/sign-in/", {"username": "bob", "password": "x"})
    assert consent.allowed(f"member:{first.pk}", "translation")
    assert not consent.allowed(f"member:{second.pk}", "translation")


def test_new_rules_reach_row_filters_with_the_first_request() -> None:
    member = new_member()
    consent.record(
        f"member:{member.pk}", "surveys", True, wording="?", version="1", place="here",
        method="form",
    )  # fmt: skip
    wide = policy_with_choices()
    rule = replace(wide.purposes["surveys"], channel="phone")
    with governed(replace(wide, purposes=wide.purposes | {"surveys": rule})):
        Client().get("/topics/")
        state = ConsentState.objects.get(purpose="surveys")
        assert (state.granted, state.standing) == (False, ConsentState.CHANGED)
