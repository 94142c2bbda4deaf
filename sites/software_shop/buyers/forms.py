"""Registration and the profile of a buyer."""

from __future__ import annotations

from typing import Any, ClassVar

from sites.frame.people.joining import NAME_LENGTH, Groups, JoinForm, phone, postal, text
from sites.frame.people.profile import ProfileForm
from sites.software_shop.buyers.models import Buyer


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


class BuyerProfileForm(ProfileForm):
    """What a buyer may change at any time."""

    card = Buyer

    first_name = text("Given name", "given-name", NAME_LENGTH)
    last_name = text("Family name", "family-name", NAME_LENGTH)
    phone = phone()
    billing_address = postal("Where bills go")
