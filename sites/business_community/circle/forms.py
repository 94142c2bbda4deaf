"""Registration and the profile of a member."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms

from sites.business_community.circle.models import Profile
from sites.frame.people.joining import NAME_LENGTH, Grouped, Groups, JoinForm, phone, text

CARD = ("phone", "address", "kind", "billing_address", "delivery_address")


def _address(label: str, hint: str = "") -> Any:
    return forms.CharField(
        label=label,
        max_length=400,
        required=False,
        help_text=hint,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "street-address"}),
    )


def _kind() -> Any:
    return forms.ChoiceField(
        label="This address is", choices=Profile.Kind.choices, initial=Profile.Kind.BUSINESS
    )


class MemberJoinForm(JoinForm):
    """A name and an address to sign in with; a phone number and an address if they like."""

    first_name = text("First name", "given-name", NAME_LENGTH)
    last_name = text("Last name", "family-name", NAME_LENGTH)
    phone = phone()
    address = _address("Address")
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


class MemberProfileForm(Grouped):
    """What a member may change at any time; remembered so that it need not be typed again."""

    first_name = text("First name", "given-name", NAME_LENGTH)
    last_name = text("Last name", "family-name", NAME_LENGTH)
    phone = phone()
    kind = _kind()
    address = _address("Address")
    billing_address = _address("Where bills go")
    delivery_address = _address("Where things are sent")

    @staticmethod
    def kept(user: Any) -> dict[str, str]:
        """What the form starts with."""
        card = Profile.objects.filter(user_id=user.pk).first()
        found = {name: getattr(card, name) for name in CARD} if card else {}
        return {"first_name": user.first_name, "last_name": user.last_name, **found}

    def keep(self, user: Any) -> None:
        """Write what was given."""
        given = self.cleaned_data
        user.first_name, user.last_name = given["first_name"], given["last_name"]
        user.save(update_fields=["first_name", "last_name"])
        Profile.objects.update_or_create(
            user_id=user.pk, defaults={name: given[name] for name in CARD}
        )
