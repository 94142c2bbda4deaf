"""What checkout asks for: the mandatory items, each checked, and nothing else."""

from __future__ import annotations

from typing import Any

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from oscar.apps.checkout.forms import ShippingAddressForm

_LETTERS = 2


class GuestForm(forms.Form):
    """The e-mail address of a buyer without an account, typed twice."""

    email = forms.EmailField(
        label="E-mail address",
        help_text="We send your order's mails here, and nothing else.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    email_again = forms.EmailField(
        label="E-mail address once more",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        first, second = given.get("email"), given.get("email_again")
        if first and second and first.casefold() != second.casefold():
            self.add_error("email_again", "The two addresses differ.")
        return given


class DeliveryForm(ShippingAddressForm):  # type: ignore[misc] # Oscar ships no types
    """Full legal name, delivery address and mobile number; a note to the carrier if wished."""

    keep = forms.BooleanField(
        required=False,
        label="Keep this address in my address book",
    )

    class Meta(ShippingAddressForm.Meta):  # type: ignore[misc] # Oscar ships no types
        fields = [
            "first_name",
            "last_name",
            "line1",
            "line2",
            "line4",
            "state",
            "postcode",
            "country",
            "phone_number",
            "notes",
        ]

    def __init__(self, *args: Any, member: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not member:
            del self.fields["keep"]
        words = {
            "first_name": ("First name", "given-name", "As on your official papers."),
            "last_name": ("Last name", "family-name", ""),
            "line1": ("Street and number", "address-line1", ""),
            "line2": ("Flat, floor, company", "address-line2", ""),
            "line4": ("City", "address-level2", ""),
            "state": ("State", "address-level1", ""),
            "postcode": ("ZIP code", "postal-code", ""),
            "phone_number": ("Mobile number", "tel", "The carrier calls it if need be."),
            "notes": ("Note for the carrier", "off", ""),
        }
        for name, (label, fill, hint) in words.items():
            field = self.fields[name]
            field.label, field.help_text = label, hint
            field.widget.attrs["autocomplete"] = fill
        self.fields["phone_number"].widget.input_type = "tel"
        self.fields["notes"].widget = forms.Textarea(attrs={"rows": 2, "autocomplete": "off"})
        self.fields["notes"].max_length = 300
        for name in ("first_name", "last_name", "line1", "line4", "state", "postcode"):
            self.fields[name].required = True
        self.fields["phone_number"].required = True

    def clean_first_name(self) -> str:
        return full(self.cleaned_data["first_name"])

    def clean_last_name(self) -> str:
        return full(self.cleaned_data["last_name"])

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean()
        number = given.get("phone_number")
        if number and "phone_number" not in self.errors and not can_be_mobile(str(number)):
            self.add_error("phone_number", "This is not a mobile number.")
        return given


class MethodForm(forms.Form):
    """The choice between the delivery methods that apply."""

    method_code = forms.ChoiceField(widget=forms.RadioSelect, label="Delivery method")

    def __init__(self, *args: Any, methods: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["method_code"]
        field.choices = [(m.code, m.name) for m in methods]


def full(name: str) -> str:
    """Return the name trimmed; an initial is not a full legal name."""
    name = " ".join(name.split())
    if sum(sign.isalpha() for sign in name) < _LETTERS:
        raise ValidationError("Write the name in full, as on official papers.")
    return name


def can_be_mobile(number: str) -> bool:
    """Tell whether a valid number may be a mobile one (in the US they look alike)."""
    parsed = phonenumbers.parse(number, None)
    kinds = phonenumbers.PhoneNumberType
    return phonenumbers.is_valid_number(parsed) and phonenumbers.number_type(parsed) in (
        kinds.MOBILE,
        kinds.FIXED_LINE_OR_MOBILE,
        kinds.PERSONAL_NUMBER,
    )


def complete(address: Any) -> bool:
    """Tell whether an address from the address book has every mandatory item."""
    return all(
        (
            address.first_name.strip(),
            address.last_name.strip(),
            (address.line1 or "").strip(),
            (address.line4 or "").strip(),
            (address.postcode or "").strip(),
            address.phone_number,
        )
    )
