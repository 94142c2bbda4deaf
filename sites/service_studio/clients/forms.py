"""Registration and the profile of a client."""

from __future__ import annotations

from typing import Any, ClassVar

from sites.frame.people.joining import NAME_LENGTH, Groups, JoinForm, phone, postal, text
from sites.frame.people.profile import ProfileForm
from sites.service_studio.clients.models import Client


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


class ClientProfileForm(ProfileForm):
    """What a client may change at any time. The address to sign in with is changed among
    their data, where it is confirmed by mail."""

    card = Client

    first_name = text("First name", "given-name", NAME_LENGTH)
    last_name = text("Last name", "family-name", NAME_LENGTH)
    phone = phone()
    company = text("Company", "organization", 150, required=False)
    billing_address = postal("Where invoices go")
