"""Signing in with an e-mail address. The address may be sealed: it is found by its whole value."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import authenticate, get_user_model
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest


def account_at(email: str) -> Any:
    """Return the account with this address, in whatever case it was typed; None if there is
    none. Runs under `authentication`."""
    return get_user_model().objects.filter(email__iexact=email.strip()).order_by("pk").first()


class ByEmail(ModelBackend):
    """Knows people by their address and password."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **_: Any,
    ) -> Any:
        if not username or password is None:
            return None
        user = account_at(username)
        if user is None:
            make_password(password)  # takes as long as looking at a real one
            return None
        if user.check_password(password) and self.user_can_authenticate(user):
            return user
        return None


class SignInForm(AuthenticationForm):
    """E-mail address and password. A wrong pair is named as a pair, so nothing is given away."""

    username = forms.EmailField(
        label="E-mail address",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autofocus": False}),
    )
    error_messages = {
        "invalid_login": "That e-mail address and that password do not belong together.",
        "inactive": "This account is closed.",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].widget.attrs["autocomplete"] = "current-password"

    def clean(self) -> dict[str, Any]:
        email, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if email and password:
            self.user_cache = authenticate(self.request, username=email, password=password)
            if self.user_cache is None:
                raise ValidationError(self.error_messages["invalid_login"], code="invalid_login")
            self.confirm_login_allowed(self.user_cache)
        return self.cleaned_data
