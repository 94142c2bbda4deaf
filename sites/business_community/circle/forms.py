"""Registration and the profile of a member."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms

from sites.business_community.circle.models import Profile
from sites.frame.people.joining import NAME_LENGTH, Groups, JoinForm, phone, postal, text
from sites.frame.people.profile import ProfileForm


def _kind() -> Any:
    return forms.ChoiceField(
        label="This address is", choices=Profile.Kind.choices, initial=Profile.Kind.BUSINESS
    )


class MemberJoinForm(JoinForm):
    """A name and an address to sign in with; a phone number and an address if they like."""

    first_name = text("First name", "given-name", NAME_LENGTH)
    last_name = text("Last name", "family-name", NAME_LENGTH)
    phone = phone()
    address = postal("Address")
    kind = _kind()
    groups: ClassVar[Groups] = (
        ("You", ("first_name", "last_name")),
        ("Signing in", ("email", "password")),
        ("If you like", ("phone", "kind", "address")),
    )

    def keep(self, user: Any) -> None:
        given = self.cleaned_data
        kept = {name: given[name] for name in ("phone", "address", "kind")}
        Profile.objects.create(user=user, **kept)


class MemberProfileForm(ProfileForm):
    """What a member may change at any time; remembered so that it need not be typed again."""

    card = Profile

    first_name = text("First name", "given-name", NAME_LENGTH)
    last_name = text("Last name", "family-name", NAME_LENGTH)
    phone = phone()
    kind = _kind()
    address = postal("Address")
    billing_address = postal("Where bills go")
    delivery_address = postal("Where things are sent")
