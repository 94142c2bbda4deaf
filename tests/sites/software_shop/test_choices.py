"""Subscribed unless declined, said in the registration form; and nobody without that question."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from tests.sites.every.people import PASSWORD, join_data, sign_in
from upheld import consent
from upheld.consent.unasked import waiting
from upheld.context import purpose
from upheld.datamap.active import active

pytestmark = pytest.mark.django_db
EMAIL = "ines@quietbox.example"
LISTS = ("update_service", "product_updates")


def joined(client: Client, **given: str) -> str:
    answer = client.post(reverse("people:join"), join_data(EMAIL, **given))
    assert answer.status_code == 302, answer.content.decode()
    with purpose("authentication"):
        return f"member:{User.objects.get(email=EMAIL).pk}"


def test_the_form_shows_a_box_to_decline_with_and_what_silence_means() -> None:
    page = Client().get(reverse("people:join")).content.decode()
    assert "No, thank you: The regular update service by mail" in page
    assert "Without a tick here you get it." in page
    assert " checked" not in page


def test_who_leaves_the_box_alone_is_subscribed_and_the_words_are_kept() -> None:
    who = joined(Client())
    assert all(consent.allowed(who, purpose_id) for purpose_id in LISTS)
    kept = {one.purpose: one for one in consent.history(who)}
    assert kept["update_service"].method == "tacit"
    assert kept["update_service"].wording.startswith(
        "No, thank you: The regular update service by mail Without a tick here you get it."
    )
    assert kept["update_service"].version == active().policy.updated.isoformat()


def test_who_ticks_it_gets_nothing() -> None:
    who = joined(Client(), consent_update_service="on")
    assert not consent.allowed(who, "update_service")
    assert consent.allowed(who, "product_updates")


def test_an_account_that_staff_or_a_payment_made_is_asked_at_the_first_page() -> None:
    with purpose("authentication"):
        user = User.objects.create_user("made-elsewhere", EMAIL, PASSWORD)
    who = f"member:{user.pk}"
    assert waiting(who) == LISTS
    assert not any(consent.allowed(who, purpose_id) for purpose_id in LISTS)
    client = sign_in(EMAIL)
    page = reverse("people:account")
    choices = reverse("upheld:choices")
    assert client.get(page).headers["Location"].startswith(f"{choices}?next=")
    text = client.get(choices, {"next": page}).content.decode()
    assert "Your account was made without asking you" in text
    answer = client.post(choices, {"every": "no", "next": page})
    assert answer.headers["Location"] == page
    assert client.get(page).status_code == 200
    assert not any(consent.allowed(who, purpose_id) for purpose_id in LISTS)
