"""The sign-in form in the shop's words."""

from __future__ import annotations

from typing import Any

from django import forms
from oscar.apps.customer.forms import EmailAuthenticationForm


class SignInForm(EmailAuthenticationForm):  # type: ignore[misc] # Oscar ships no types
    """E-mail address and password. A wrong pair is named as a pair, so nothing is given away."""

    error_messages = {
        **EmailAuthenticationForm.error_messages,
        "invalid_login": "That e-mail address and that password do not belong together.",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "E-mail address"
        self.fields["username"].widget = forms.EmailInput(attrs={"autocomplete": "email"})
        self.fields["password"].widget.attrs["autocomplete"] = "current-password"
