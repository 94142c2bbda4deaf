"""Becoming a member: what every site asks, and where a site adds its own."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import uuid4

from django import forms
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import (
    password_validators_help_text_html,
    validate_password,
)
from django.core.exceptions import ValidationError
from django.db import transaction

from sites.frame.people.models import Joined
from sites.frame.people.signing_in import account_at
from upheld.context import purpose

Asking: Any
if settings.GUARD:
    from upheld.consent.questions import ConsentQuestions

    Asking = ConsentQuestions
else:  # the same site without Upheld asks nothing
    Asking = type("Asking", (), {"questions": lambda self: ()})

NAME_LENGTH = 150
Groups = tuple[tuple[str, tuple[str, ...]], ...]


def text(label: str, fill: str, length: int = 255, *, hint: str = "", **given: Any) -> Any:
    """Return a field for one line; `fill` is what browsers may fill in by themselves."""
    widget = forms.TextInput(attrs={"autocomplete": fill})
    return forms.CharField(label=label, max_length=length, help_text=hint, widget=widget, **given)


def phone(label: str = "Phone number", *, hint: str = "", required: bool = False) -> Any:
    """Return a field for a phone number, kept as it is typed."""
    widget = forms.TextInput(attrs={"autocomplete": "tel", "type": "tel"})
    return forms.CharField(
        label=label, max_length=40, help_text=hint, required=required, widget=widget
    )


def postal(label: str, hint: str = "") -> Any:
    """Return a field for a postal address in lines, which nobody has to give."""
    widget = forms.Textarea(attrs={"rows": 3, "autocomplete": "street-address"})
    return forms.CharField(
        label=label, max_length=400, required=False, help_text=hint, widget=widget
    )


class Grouped(forms.Form):
    """A form whose fields stand in named groups; fields outside them come last."""

    groups: ClassVar[Groups] = ()

    @property
    def apart(self) -> tuple[str, ...]:
        """Names of fields that the template shows in a place of their own."""
        return ()

    def grouped(self) -> list[tuple[str, list[Any]]]:
        """Return (legend, fields) in order, for the template."""
        named = [(legend, [self[name] for name in names]) for legend, names in self.groups]
        inside = {name for _, names in self.groups for name in names}
        rest = [self[name] for name in self.fields if name not in inside | set(self.apart)]
        return [*named, ("", rest)] if rest else named


class JoinForm(Asking, Grouped):  # type: ignore[misc] # one of the two above
    """E-mail address and password, which every account has, and the questions of consent that
    the policy has. Sites add fields and say in `keep` where their values go."""

    email = forms.EmailField(
        label="E-mail address",
        help_text="You sign in with it.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    password = forms.CharField(
        label="Password",
        strip=False,
        help_text=password_validators_help_text_html,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).strip()
        if account_at(email) is not None:
            raise ValidationError("There is an account with this address. Sign in instead.")
        return email

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("password"):
            person = get_user_model()(email=given.get("email", ""), **self.names())
            try:
                validate_password(given["password"], person)
            except ValidationError as error:
                self.add_error("password", error)
        return given

    @property
    def apart(self) -> tuple[str, ...]:
        """The questions of consent."""
        return tuple(field.name for field in self.questions())

    def names(self) -> dict[str, str]:
        """Return the name columns of the account."""
        given = self.cleaned_data
        return {name: given[name] for name in ("first_name", "last_name") if name in given}

    def keep(self, user: Any) -> None:
        """Write what the site keeps beside the account. Runs for `own`, as the new member."""

    def join(self) -> Any:
        """Create the account and everything that belongs to it, or nothing. Returns the user.

        The account is made for signing in; the rest is the new member's own act.
        """
        given = self.cleaned_data
        with transaction.atomic():
            with purpose("authentication"):
                user = get_user_model().objects.create_user(
                    username=uuid4().hex,
                    email=given["email"],
                    password=given["password"],
                )
            with purpose("own", subject=f"member:{user.pk}"):
                names = self.names()
                for name, value in names.items():
                    setattr(user, name, value)
                user.save(update_fields=list(names))
                self.keep(user)
                if settings.GUARD:
                    note_notice(user)
                    self.record_answers(f"member:{user.pk}", place="registration")
        return user


def note_notice(user: Any) -> None:
    """Note beside the account which notice was in force."""
    from upheld.datamap.active import active

    Joined.objects.create(user=user, notice=active().policy.updated)
