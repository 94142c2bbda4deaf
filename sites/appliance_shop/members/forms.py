"""Registration: the mandatory data, each checked, and nothing that is optional."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import (
    password_validators_help_text_html,
    validate_password,
)
from django.core.exceptions import ValidationError
from oscar.apps.customer.utils import normalise_email

from sites.appliance_shop.members.mobile import mobile_number

_ZIP = re.compile(r"\d{5}(-\d{4})?")
_NAME_LENGTH = 150


def _text(label: str, fill: str, length: int = 255, *, hint: str = "", **given: Any) -> Any:
    widget = forms.TextInput(attrs={"autocomplete": fill})
    return forms.CharField(label=label, max_length=length, help_text=hint, widget=widget, **given)


class RegistrationForm(forms.Form):
    """Everything an account needs. Nothing else is asked for."""

    first_name = _text(
        "First and middle names", "given-name", _NAME_LENGTH, hint="As on your official papers."
    )
    last_name = _text("Last name", "family-name", _NAME_LENGTH)
    email = forms.EmailField(
        label="E-mail address",
        help_text="You sign in with it, and we write to it about your orders.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    email_again = forms.EmailField(
        label="E-mail address once more",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    mobile = forms.CharField(
        label="Mobile number",
        max_length=32,
        help_text="The carrier calls it if need be.",
        widget=forms.TextInput(attrs={"autocomplete": "tel", "type": "tel"}),
    )
    line1 = _text("Street and number", "address-line1")
    line2 = _text("Flat, floor, company", "address-line2", required=False)
    city = _text("City", "address-level2")
    state = _text("State", "address-level1")
    postcode = _text("ZIP code", "postal-code", 10)
    password1 = forms.CharField(
        label="Password",
        strip=False,
        help_text=password_validators_help_text_html,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label="Password once more",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_email(self) -> str:
        return str(normalise_email(self.cleaned_data["email"]))

    def clean_mobile(self) -> str:
        return mobile_number(self.cleaned_data["mobile"])

    def clean_postcode(self) -> str:
        code = str(self.cleaned_data["postcode"]).strip()
        if not _ZIP.fullmatch(code):
            raise ValidationError("A ZIP code has five digits, or nine with a hyphen.")
        return code

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        self._same("email", "email_again", "The two addresses differ.")
        self._same("password1", "password2", "The two passwords differ.")
        email, password = given.get("email"), given.get("password1")
        users = get_user_model().objects
        if email and users.filter(email__iexact=email).exists():
            self.add_error("email", "There is an account with this address. Sign in instead.")
        if password:
            person = get_user_model()(
                first_name=given.get("first_name", ""),
                last_name=given.get("last_name", ""),
                email=email or "",
            )
            try:
                validate_password(password, person)
            except ValidationError as error:
                self.add_error("password1", error)
        return given

    def _same(self, first: str, second: str, words: str) -> None:
        one, two = self.cleaned_data.get(first), self.cleaned_data.get(second)
        if first.startswith("email") and one and two:
            one, two = one.casefold(), two.casefold()
        if one and two and one != two:
            self.add_error(second, words)
