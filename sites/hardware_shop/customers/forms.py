"""Registration and the profile of a customer."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms

from sites.frame.people.joining import NAME_LENGTH, Grouped, Groups, JoinForm, phone, text
from sites.hardware_shop.customers.models import Customer

NICKNAME = "Any name will do, a nickname too."
ORGANISATION = ("organisation", "organisation_number")
CARD = ("phone", "postal_address", "invoice_address", *ORGANISATION)


def _nickname() -> Any:
    return text("What shall we call you?", "nickname", NAME_LENGTH, hint=NICKNAME)


def _organisation() -> Any:
    return text("Organisation", "organization", 150, required=False)


def _number() -> Any:
    return text("Its registration number", "off", 40, required=False)


def _address(label: str) -> Any:
    return forms.CharField(
        label=label,
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "street-address"}),
    )


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


class CustomerProfileForm(Grouped):
    """What a customer may change at any time."""

    first_name = _nickname()
    phone = phone()
    postal_address = _address("Where we deliver")
    invoice_address = _address("Where invoices go")
    organisation = _organisation()
    organisation_number = _number()

    @staticmethod
    def kept(user: Any) -> dict[str, str]:
        """What the form starts with."""
        card = Customer.objects.filter(user_id=user.pk).first()
        found = {name: getattr(card, name) for name in CARD} if card else {}
        return {"first_name": user.first_name, **found}

    def keep(self, user: Any) -> None:
        """Write what was given."""
        given = self.cleaned_data
        user.first_name = given["first_name"]
        user.save(update_fields=["first_name"])
        Customer.objects.update_or_create(
            user_id=user.pk, defaults={name: given[name] for name in CARD}
        )
