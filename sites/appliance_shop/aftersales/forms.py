"""Forms of the buyer's request and of the desk's answers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from sites.appliance_shop.aftersales.models import Reason

LONGEST = 1000


class ReturnForm(forms.Form):
    """Which pieces come back, and why; one number field a line of the order."""

    reason = forms.ChoiceField(choices=Reason.choices, label="Why do you send it back?")
    words = forms.CharField(
        required=False,
        max_length=LONGEST,
        label="Anything we should know (if you like)",
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, lines: list[Any], free: dict[int, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = [line for line in lines if free.get(line.pk)]
        for line in self.lines:
            most = free[line.pk]
            self.fields[f"line-{line.pk}"] = forms.IntegerField(
                min_value=0, max_value=most, initial=0, required=False, label=line.title,
                help_text=f"of {most}", widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            )  # fmt: skip

    def quantity_fields(self) -> list[Any]:
        return [self[f"line-{line.pk}"] for line in self.lines]

    def pieces(self) -> dict[int, int]:
        """Return line key -> quantity as chosen."""
        return {line.pk: self.cleaned_data.get(f"line-{line.pk}") or 0 for line in self.lines}


class AnswerForm(forms.Form):
    """What the desk tells the buyer; a refusal needs a reason."""

    answer = forms.CharField(
        required=False,
        max_length=LONGEST,
        label="Message to the buyer",
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )


class RefundForm(forms.Form):
    """The amount that goes back, in US dollars."""

    amount = forms.DecimalField(
        min_value=Decimal("0.01"),
        max_digits=10,
        decimal_places=2,
        label="Refund in US dollars",
    )

    def cents(self) -> int:
        return int(self.cleaned_data["amount"] * 100)
