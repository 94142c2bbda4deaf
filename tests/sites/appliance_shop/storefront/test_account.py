"""What a member does with the account, under the guard as in the demo."""

from __future__ import annotations

import re
from typing import Any

from django.contrib.auth import get_user_model
from django.core import mail
from django.test import Client
from django.urls import reverse
from oscar.core.loading import get_model

from sites.appliance_shop.samples.people import DEMO_MEMBER, PASSWORD
from tests.sites.appliance_shop.storefront.goods import product
from upheld.context import purpose

ADDRESS = {
    "first_name": "Wilma",
    "last_name": "Yarrow",
    "line1": "5 Kiln Road",
    "line4": "Foxbridge",
    "state": "VT",
    "postcode": "05401",
    "country": "US",
    "phone_number": "+18025550142",
}
FRESH = "plum-kettle-93"


def _member() -> Any:
    with purpose("upkeep"):
        return get_user_model().objects.get(email=DEMO_MEMBER)


def _addresses() -> dict[str, Any]:
    with purpose("upkeep"):
        return {
            a.line1: a for a in get_model("address", "UserAddress").objects.filter(user=_member())
        }


def test_addresses_are_added_changed_and_deleted(member: Client) -> None:
    assert member.post(reverse("customer:address-create"), ADDRESS).status_code == 302
    added = _addresses()["5 Kiln Road"]
    path = reverse("customer:address-detail", args=[added.pk])
    assert "5 Kiln Road" in member.get(path).content.decode()
    assert member.post(path, ADDRESS | {"line1": "6 Kiln Road"}).status_code == 302
    assert set(_addresses()) == {"27 Walnut Lane", "6 Kiln Road"}
    assert member.post(reverse("customer:address-delete", args=[added.pk])).status_code == 302
    assert set(_addresses()) == {"27 Walnut Lane"}


def test_another_members_address_cannot_be_seen(member: Client) -> None:
    with purpose("upkeep"):
        others = get_model("address", "UserAddress").objects.exclude(user=_member())
        other = others.first()
    assert other is not None
    for name in ("address-detail", "address-delete"):
        answer = member.get(reverse(f"customer:{name}", args=[other.pk]))
        assert answer.status_code == 404
        assert other.line1 not in answer.content.decode()


def test_the_password_is_changed_by_who_knows_it(member: Client) -> None:
    path = reverse("customer:change-password")
    sent = {"old_password": "wrong", "new_password1": FRESH, "new_password2": FRESH}
    assert member.post(path, sent).status_code == 200
    assert member.post(path, sent | {"old_password": PASSWORD}).status_code == 302
    login = {"login-username": DEMO_MEMBER, "login-password": FRESH}
    assert Client().post("/accounts/login/", login).status_code == 302


def test_a_forgotten_password_is_set_anew_by_a_link_that_works_once(visitor: Client) -> None:
    mail.outbox.clear()
    assert visitor.post("/password-reset/", {"email": DEMO_MEMBER}).status_code == 302
    (letter,) = mail.outbox
    assert letter.to == [DEMO_MEMBER]
    found = re.search(r"/password-reset/confirm/\S+?/\S+?/", str(letter.body))
    assert found is not None
    shown = visitor.get(found[0], follow=True)
    assert "Choose a new password" in shown.content.decode()
    path = shown.request["PATH_INFO"]
    sent = {"new_password1": FRESH, "new_password2": FRESH}
    assert visitor.post(path, sent).status_code == 302
    assert (
        Client()
        .post("/accounts/login/", {"login-username": DEMO_MEMBER, "login-password": FRESH})
        .status_code
        == 302
    )
    again = Client().get(found[0], follow=True)
    assert "This link is used up" in again.content.decode()


def test_a_forgotten_password_of_a_stranger_sends_nothing_and_says_the_same(
    visitor: Client,
) -> None:
    mail.outbox.clear()
    known = visitor.post("/password-reset/", {"email": DEMO_MEMBER})
    unknown = visitor.post("/password-reset/", {"email": "nobody@tinpost.example"})
    assert (known.status_code, known.headers["Location"]) == (
        unknown.status_code,
        unknown.headers["Location"],
    )
    assert len(mail.outbox) == 1


def test_a_member_waits_for_a_product_and_stops_waiting(member: Client) -> None:
    iron = product("Gridley Waffle Iron")
    assert member.post(reverse("customer:alert-create", args=[iron.pk])).status_code == 302
    assert (
        "We will mail you when it is back." in member.get(iron.get_absolute_url()).content.decode()
    )
    with purpose("upkeep"):
        alert = get_model("customer", "ProductAlert").objects.get(user=_member())
    assert "Gridley Waffle Iron" in member.get(reverse("customer:alerts-list")).content.decode()
    path = reverse("customer:alerts-cancel-by-pk", args=[alert.pk])
    assert member.get(path).status_code == 302
    assert "You are not waiting" in member.get(reverse("customer:alerts-list")).content.decode()


def test_a_review_waits_until_somebody_has_read_it(member: Client) -> None:
    grinder = product("Mull Burr Grinder")
    path = reverse(
        "catalogue:reviews-add",
        kwargs={"product_slug": grinder.slug, "product_pk": grinder.pk},
    )
    assert member.get(path).status_code == 200
    sent = {"score": 4, "title": "Even grounds", "body": "And quiet for what it does."}
    assert member.post(path, sent).status_code == 302
    assert "Even grounds" not in member.get(grinder.get_absolute_url()).content.decode()
    with purpose("upkeep"):
        review = get_model("reviews", "ProductReview").objects.get(
            product=grinder, title="Even grounds"
        )
        assert review.status == review.FOR_MODERATION


def test_oscars_profile_pages_lead_to_the_member_centre(member: Client) -> None:
    for name in ("profile-view", "profile-update", "profile-delete"):
        answer = member.get(reverse(f"customer:{name}"))
        assert (answer.status_code, answer.headers["Location"]) == (302, "/privacy/me/")
