"""Members and clerks of whatever site the settings name."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse
from django.utils.module_loading import import_string

from sites.frame.brand import brand
from sites.frame.people.joining import JoinForm
from upheld.consent import record
from upheld.consent.offered import must_be_asked
from upheld.consent.wording import wording_of
from upheld.context import purpose
from upheld.datamap.active import active

PASSWORD = "a-walk-by-the-river"
FIELDS = {
    "first_name": "Tamsin",
    "last_name": "Underhill",
    "password": PASSWORD,
    "phone": "01632 960777",
    "kind": "business",
    "address": "3 Weir Road",
}


def join_data(email: str, **more: str) -> dict[str, str]:
    """What a registration form of this site takes, whichever fields it has."""
    from django.conf import settings

    form: type[JoinForm] = import_string(settings.JOIN_FORM)
    given = {name: FIELDS[name] for name in form.base_fields if name in FIELDS}
    return given | {"email": email} | more


def make_member(email: str = "tamsin@quietbox.example") -> tuple[Client, Any]:
    """Join as somebody does, with the questions answered; returns the browser and the account."""
    client = Client()
    answer = client.post(reverse("people:join"), join_data(email))
    assert answer.status_code == 302, answer.content.decode()
    with purpose("authentication"):
        user = User.objects.get(email__iexact=email)
    no_to_all(user)
    return client, user


def sign_in(email: str, password: str = PASSWORD) -> Client:
    """Sign in as somebody does; fails unless that pair opens the account."""
    client = Client()
    pair = {"username": email, "password": password}
    assert client.post(reverse("people:sign-in"), pair).status_code == 302
    return client


def no_to_all(user: Any) -> None:
    """Answer no to what an account may not be silent about."""
    policy = active().policy
    with purpose("own", subject=f"member:{user.pk}", place="tests"):
        for id, rule in must_be_asked(policy).items():
            record(
                f"member:{user.pk}",
                id,
                False,
                wording=wording_of(rule),
                version=policy.updated.isoformat(),
                place="tests",
                method="button",
            )


def make_clerk(post: str) -> Client:
    """A member of staff who holds `post`, signed in."""
    with purpose("upkeep"):
        user = User.objects.create_user(
            f"clerk-{post}", f"clerk-{post}@{brand().host}", PASSWORD, is_staff=True
        )
        user.groups.add(Group.objects.get_or_create(name=f"post:{post}")[0])
    no_to_all(user)
    return sign_in(user.email)
