"""Becoming a member: mandatory data, and nothing that is optional."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client

from sites.appliance_shop.members.models import MemberProfile
from sites.appliance_shop.samples.people import DEMO_MEMBER
from upheld.context import purpose

GIVEN: dict[str, Any] = {
    "first_name": "Wilma Fay",
    "last_name": "Yarrow",
    "email": "wilma@tinpost.example",
    "email_again": "Wilma@tinpost.example",
    "mobile": "(802) 555-0142",
    "line1": "5 Kiln Road",
    "city": "Foxbridge",
    "state": "VT",
    "postcode": "05401",
    "password1": "plum-kettle-93",
    "password2": "plum-kettle-93",
}
MANDATORY = tuple(GIVEN)


def _made(email: str = GIVEN["email"]) -> Any:
    with purpose("upkeep"):
        return get_user_model().objects.filter(email=email).first()


def test_a_new_member_is_signed_in_with_everything_kept(visitor: Client) -> None:
    answer = visitor.post("/accounts/register/", GIVEN)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/preferences/")
    user = _made()
    with purpose("upkeep"):
        profile = MemberProfile.objects.get(user=user)
        address = user.addresses.get()
        assert (user.first_name, user.last_name) == ("Wilma Fay", "Yarrow")
        assert profile.mobile == "+18025550142"
        assert (address.line1, address.postcode) == ("5 Kiln Road", "05401")
        assert address.is_default_for_shipping
    assert visitor.get("/accounts/").status_code == 200


@pytest.mark.parametrize("missing", MANDATORY)
def test_a_mandatory_item_that_is_missing_makes_no_account(visitor: Client, missing: str) -> None:
    answer = visitor.post("/accounts/register/", GIVEN | {missing: ""})
    assert answer.status_code == 200
    assert answer.context["form"].errors[missing] == ["This field is required."]
    assert _made() is None


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("email", "wilma", "Enter a valid email address."),
        ("email_again", "willma@tinpost.example", "The two addresses differ."),
        ("mobile", "12", "This number does not exist."),
        ("mobile", "call me", "This is not a phone number."),
        ("mobile", "800 555 0142", "This is not a mobile number."),
        ("postcode", "0540", "A ZIP code has five digits, or nine with a hyphen."),
        ("password2", "plum-kettle-94", "The two passwords differ."),
    ],
)
def test_a_wrong_item_is_named(visitor: Client, field: str, value: str, message: str) -> None:
    answer = visitor.post("/accounts/register/", GIVEN | {field: value})
    assert answer.status_code == 200
    assert answer.context["form"].errors[field] == [message]
    assert _made() is None


def test_an_address_belongs_to_one_account(visitor: Client) -> None:
    taken = {"email": DEMO_MEMBER.upper(), "email_again": DEMO_MEMBER.upper()}
    answer = visitor.post("/accounts/register/", GIVEN | taken)
    assert answer.context["form"].errors["email"] == [
        "There is an account with this address. Sign in instead."
    ]


def test_nothing_optional_is_asked_for_and_silence_is_no_consent(visitor: Client) -> None:
    text = visitor.get("/accounts/register/").content.decode()
    assert "newsletter" not in text
    visitor.post("/accounts/register/", GIVEN | {"newsletters": ["discount_mail"]})
    assert _consents(_made().pk) == {}


def test_the_preferences_that_follow_can_be_left_at_once(visitor: Client) -> None:
    page = visitor.post("/accounts/register/", GIVEN, follow=True).content.decode()
    assert "All of this is up to you." in page
    assert '<a class="button" href="/">Go on to the shop</a>' in page
    assert 'name="take_back"' not in page


def test_after_joining_the_member_goes_on_where_they_were(visitor: Client) -> None:
    answer = visitor.post("/accounts/register/", GIVEN | {"next": "/checkout/"})
    assert answer.headers["Location"] == "/checkout/"


def test_joining_leads_to_no_other_site(visitor: Client) -> None:
    answer = visitor.post("/accounts/register/", GIVEN | {"next": "https://elsewhere.example/"})
    assert answer.headers["Location"] == "/preferences/"


def test_signing_in_with_a_wrong_password_says_no_more_than_that(visitor: Client) -> None:
    for email in (DEMO_MEMBER, "nobody@tinpost.example"):
        sent = {"login-username": email, "login-password": "wrong-kettle-1"}
        answer = visitor.post("/accounts/login/", sent)
        assert answer.status_code == 200
        assert (
            "That e-mail address and that password do not belong together."
            in answer.content.decode()
        )


def test_signing_out_ends_the_session(member: Client) -> None:
    assert member.get("/accounts/logout/").status_code == 302
    assert member.get("/accounts/").status_code == 302


def test_a_basket_filled_before_signing_in_is_kept(visitor: Client) -> None:
    from tests.sites.appliance_shop.storefront.goods import put

    put(visitor, "Mull Burr Grinder")
    visitor.post("/accounts/register/", GIVEN)
    assert "Mull Burr Grinder" in visitor.get("/basket/").content.decode()


def _consents(member: int) -> dict[str, bool]:
    assert settings.GUARD
    from upheld.consent.models import ConsentState

    with purpose("upkeep"):
        states = ConsentState.objects.filter(subject=f"member:{member}")
        return dict(states.values_list("purpose", "granted"))
