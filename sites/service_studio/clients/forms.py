"""Registration and the profile of a client."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms

from sites.frame.people.joining import NAME_LENGTH, Grouped, Groups, JoinForm, phone, text
from sites.service_studio.clients.models import Client

CARD = ("phone", "company", "billing_address")


def _address() -> Any:
    return forms.CharField(
        label="Where invoices go",
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "street-address"}),
    )


class ClientJoinForm(JoinForm):
    """A name, an address to sign in with; a phone number and a company if they like."""

    first_name = text("First name", "given-name", NAME_LENGTH)
    last_name = text("Last name", "family-name", NAME_LENGTH)
    phone = phone()
    company = text("Company", "organization", 150, required=False)
    groups: ClassVar[Groups] = (
        ("You", ("first_name", "last_name", "phone", "company")),
        ("Signing in", ("email", "password")),
    )

    def keep(self, user: Any) -> None:
        given = self.cleaned_data
        Client.objects.create(user=user, phone=given["phone"], company=given["company"])


class ClientProfileForm(Grouped):
    """What a client may change at any time. The address to sign in with is changed among
    their data, where it is confirmed by mail."""

    first_name = text("First name", "given-name", NAME_LENGTH)
    last_name = text("Last name", "family-name", NAME_LENGTH)
    phone = phone()
    company = text("Company", "organization", 150, required=False)
    billing_address = _address()

    @staticmethod
    def kept(user: Any) -> dict[str, str]:
        """What the form starts with."""
        card = Client.objects.filter(user_id=user.pk).first()
        found = {name: getattr(card, name) for name in CARD} if card else {}
        return {"first_name": user.first_name, "last_name": user.last_name, **found}

    def keep(self, user: Any) -> None:
        """Write what was given."""
        given = self.cleaned_data
        user.first_name, user.last_name = given["first_name"], given["last_name"]
        user.save(update_fields=["first_name", "last_name"])
        Client.objects.update_or_create(
            user_id=user.pk, defaults={name: given[name] for name in CARD}
        )
