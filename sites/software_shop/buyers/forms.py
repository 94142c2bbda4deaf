"""Registration and the profile of a buyer."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms

from sites.frame.people.joining import NAME_LENGTH, Grouped, Groups, JoinForm, phone, text
from sites.software_shop.buyers.models import Buyer

CARD = ("phone", "billing_address")


class BuyerJoinForm(JoinForm):
    """A name and an address to sign in with; the update service is asked about beside it."""

    first_name = text("Given name", "given-name", NAME_LENGTH)
    last_name = text("Family name", "family-name", NAME_LENGTH)
    groups: ClassVar[Groups] = (
        ("You", ("first_name", "last_name")),
        ("Signing in", ("email", "password")),
    )

    def keep(self, user: Any) -> None:
        Buyer.objects.create(user=user)


class BuyerProfileForm(Grouped):
    """What a buyer may change at any time."""

    first_name = text("Given name", "given-name", NAME_LENGTH)
    last_name = text("Family name", "family-name", NAME_LENGTH)
    phone = phone()
    billing_address = forms.CharField(
        label="Where bills go",
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "street-address"}),
    )

    @staticmethod
    def kept(user: Any) -> dict[str, str]:
        """What the form starts with."""
        card = Buyer.objects.filter(user_id=user.pk).first()
        found = {name: getattr(card, name) for name in CARD} if card else {}
        return {"first_name": user.first_name, "last_name": user.last_name, **found}

    def keep(self, user: Any) -> None:
        """Write what was given."""
        given = self.cleaned_data
        user.first_name, user.last_name = given["first_name"], given["last_name"]
        user.save(update_fields=["first_name", "last_name"])
        Buyer.objects.update_or_create(
            user_id=user.pk, defaults={name: given[name] for name in CARD}
        )
