"""Registration and the profile of a customer."""

from __future__ import annotations

from typing import Any, ClassVar

from sites.frame.people.joining import NAME_LENGTH, Groups, JoinForm, phone, postal, text
from sites.frame.people.profile import ProfileForm
from sites.hardware_shop.customers.models import Customer

NICKNAME = "Any name will do, a nickname too."
ORGANISATION = ("organisation", "organisation_number")


def _nickname() -> Any:
    return text("What shall we call you?", "nickname", NAME_LENGTH, hint=NICKNAME)


def _organisation() -> Any:
    return text("Organisation", "organization", 150, required=False)


def _number() -> Any:
    return text("Its registration number", "off", 40, required=False)


class CustomerJoinForm(JoinForm):
    """A name to be called by, and an address to sign in with."""

    first_name = _nickname()
    phone = phone()
    organisation = _organisation()
    organisation_number = _number()
    groups: ClassVar[Groups] = (
        ("You", ("first_name", "phone")),
        ("Signing in", ("email", "password")),
        ("Only if you order for an organisation", ORGANISATION),
    )

    def keep(self, user: Any) -> None:
        given = self.cleaned_data
        kept = {name: given[name] for name in ("phone", *ORGANISATION)}
        Customer.objects.create(user=user, **kept)


class CustomerProfileForm(ProfileForm):
    """What a customer may change at any time."""

    card = Customer

    first_name = _nickname()
    phone = phone()
    postal_address = postal("Where we deliver")
    invoice_address = postal("Where invoices go")
    organisation = _organisation()
    organisation_number = _number()
