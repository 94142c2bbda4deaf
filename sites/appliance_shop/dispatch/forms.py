"""What the dispatch desk types from the carrier's label."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils import timezone

CARRIERS = ("Northway Parcels", "Bluebird Express", "Harbor Freightline")


class LabelForm(forms.Form):
    """Carrier, tracking number and the days between which the parcel should arrive."""

    carrier = forms.ChoiceField(choices=[(name, name) for name in CARRIERS])
    tracking_number = forms.CharField(
        max_length=40,
        validators=[RegexValidator(r"^[A-Za-z0-9-]{6,40}$", "Letters, digits and hyphens only.")],
    )
    expected_from = forms.DateField(
        label="Expected from", widget=forms.DateInput(attrs={"type": "date"})
    )
    expected_to = forms.DateField(label="until", widget=forms.DateInput(attrs={"type": "date"}))

    def clean_tracking_number(self) -> str:
        return str(self.cleaned_data["tracking_number"]).upper()

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        first, last = given.get("expected_from"), given.get("expected_to")
        if first and first < timezone.localdate():
            self.add_error("expected_from", "This day is over.")
        if first and last and last < first:
            self.add_error("expected_to", "The last day is before the first.")
        return given
