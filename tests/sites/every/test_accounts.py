"""Joining, signing in, the profile, the password: as any site's people do it."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse

from sites.frame.people.models import Joined
from tests.sites.every.people import PASSWORD, join_data, make_clerk, make_member, sign_in
from upheld import consent
from upheld.context import purpose
from upheld.datamap.active import active

pytestmark = pytest.mark.django_db
EMAIL = "tamsin@quietbox.example"
WRONG = "That e-mail address and that password do not belong together."


def test_who_joins_is_signed_in_and_the_notice_in_force_is_noted(visitor: Client) -> None:
    _, user = make_member(EMAIL)
    with purpose("own", subject=f"member:{user.pk}"):
        joined = Joined.objects.get(user_id=user.pk)
    assert joined.notice == active().policy.updated


def test_who_joins_is_told_so_on_the_next_page(visitor: Client) -> None:
    page = visitor.post(reverse("people:join"), join_data(EMAIL), follow=True)
    assert "Your account is ready." in page.content.decode()
    assert set(visitor.cookies) <= set(active().policy.cookies)


def test_joining_is_no_consent(visitor: Client) -> None:
    visitor.post(reverse("people:join"), join_data(EMAIL))
    with purpose("authentication"):
        user = User.objects.get(email=EMAIL)
    offered = consent.choices(active().policy)
    agreed = [id for id, rule in offered.items() if rule.basis == "consent"]
    assert agreed
    for id in agreed:
        assert not consent.allowed(f"member:{user.pk}", id), id


def test_an_address_is_sealed_and_found_in_any_spelling() -> None:
    make_member(EMAIL)
    with connection.gate.trusting(), connection.cursor() as cursor:
        cursor.execute("SELECT email FROM auth_user")
        assert all(EMAIL not in kept for (kept,) in cursor.fetchall())
    other = Client()
    page = other.post(reverse("people:sign-in"), {"username": EMAIL.upper(), "password": PASSWORD})
    assert page.headers["Location"] == reverse("people:account")
    again = Client().post(reverse("people:join"), join_data(EMAIL.title()))
    assert "There is an account with this address." in again.content.decode()


@pytest.mark.parametrize(
    ("email", "password"), [(EMAIL, "wrong"), ("nobody@quietbox.example", PASSWORD)]
)
def test_a_wrong_pair_gives_nothing_away(visitor: Client, email: str, password: str) -> None:
    make_member(EMAIL)
    page = visitor.post(reverse("people:sign-in"), {"username": email, "password": password})
    assert WRONG in page.content.decode()


def test_a_closed_account_signs_nobody_in(visitor: Client) -> None:
    _, user = make_member(EMAIL)
    with purpose("upkeep"):
        User.objects.filter(pk=user.pk).update(is_active=False)
    page = visitor.post(reverse("people:sign-in"), {"username": EMAIL, "password": PASSWORD})
    assert WRONG in page.content.decode()


def test_a_weak_password_is_refused(visitor: Client) -> None:
    page = visitor.post(reverse("people:join"), join_data(EMAIL, password="tamsin"))
    assert "too short" in page.content.decode()
    with purpose("upkeep"):
        assert not User.objects.exists()


def test_the_profile_shows_what_was_given_and_changes_it() -> None:
    client, _ = make_member(EMAIL)
    page = client.get(reverse("people:profile"))
    form = page.context["form"]
    assert form.initial["first_name"] == "Tamsin"
    given = {name: form.initial.get(name, "") for name in form.fields}
    answer = client.post(reverse("people:profile"), given | {"first_name": "Tam<b>"})
    assert answer.headers["Location"] == reverse("people:profile")
    shown = client.get(reverse("people:profile")).content.decode()
    assert "Tam&lt;b&gt;" in shown
    assert "Tam<b>" not in shown


def test_a_forgotten_password_is_set_anew_by_mail_once(visitor: Client) -> None:
    make_member(EMAIL)
    visitor.post(reverse("people:password-reset"), {"email": EMAIL.upper()})
    assert [m.to for m in mail.outbox] == [[EMAIL]]
    link = re.search(r"http://\S+(/password/\S+)", mail.outbox[0].body)
    assert link is not None
    page = visitor.get(link[1], follow=True)
    new = {"new_password1": "another-long-walk", "new_password2": "another-long-walk"}
    visitor.post(page.redirect_chain[-1][0], new)
    sign_in(EMAIL, "another-long-walk")
    assert "works no more" in Client().get(link[1]).content.decode()


def test_nobody_is_told_who_has_an_account(visitor: Client) -> None:
    page = visitor.post(reverse("people:password-reset"), {"email": "nobody@quietbox.example"})
    assert page.headers["Location"] == reverse("people:password-reset-sent")
    assert mail.outbox == []


def test_the_account_is_closed_to_visitors_and_the_desks_to_members(visitor: Client) -> None:
    for route in ("people:account", "people:profile", "people:password-change"):
        assert visitor.get(reverse(route)).headers["Location"].startswith(reverse("people:sign-in"))
    client, _ = make_member(EMAIL)
    assert client.get(reverse("people:account")).status_code == 200
    assert client.get(reverse("people:staff")).status_code == 403


def test_staff_see_the_desks_of_their_posts_alone() -> None:
    clerk = make_clerk("marketing")
    page = clerk.get(reverse("people:staff")).content.decode()
    assert "Privacy console" not in page
    assert "marketing" in page
    assert clerk.get(reverse("upheld:console")).status_code == 403


def test_signing_out_takes_a_button() -> None:
    client, _ = make_member(EMAIL)
    assert client.get(reverse("people:sign-out")).status_code == 405
    client.post(reverse("people:sign-out"))
    assert client.get(reverse("people:account")).status_code == 302
