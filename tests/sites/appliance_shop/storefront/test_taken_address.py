"""Nobody takes the address that somebody else signs in by; the form says so."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from oscar.apps.customer.forms import ProfileForm

from upheld.context import Actor, Context, entered, purpose


@pytest.fixture
def members(db: None) -> dict[str, User]:
    with purpose("upkeep", actor=Actor("system", "system:test")):
        return {
            name: User.objects.create_user(name, f"{name}@post.example", "kettle-on-the-hob-7")
            for name in ("ines", "tomas")
        }


@pytest.mark.parametrize(
    ("address", "taken"),
    [
        ("tomas@post.example", True),
        ("TOMAS@post.example", True),
        ("ines@post.example", False),
        ("free@post.example", False),
    ],
)
def test_oscars_own_form(members: dict[str, User], address: str, taken: bool) -> None:
    ref = f"member:{members['ines'].pk}"
    with entered(Context("own", Actor("member", ref), ref, "customer:profile-update")):
        user = User.objects.get(pk=members["ines"].pk)
        form = ProfileForm(user, {"first_name": "Ines", "last_name": "Roe", "email": address})
        assert form.is_valid() is not taken
        if taken:
            assert form.errors == {"email": ["A user with this email address already exists"]}
        else:
            form.save()
            assert User.objects.get().email == address
