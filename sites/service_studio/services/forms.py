"""Asking for a service, and what the studio answers."""

from __future__ import annotations

from django import forms

from sites.service_studio.services.models import ServiceRequest

MOST = 4000


class WishForm(forms.Form):
    """A client's wish."""

    wish = forms.CharField(
        label="What do you need?",
        max_length=MOST,
        help_text="What your firm does, what you have already, and by when you need it.",
        widget=forms.Textarea(attrs={"rows": 7}),
    )


class StateForm(forms.Form):
    """Where a request stands, in words to the client."""

    state = forms.ChoiceField(label="It is now", choices=ServiceRequest.State.choices)
    note = forms.CharField(
        label="What the client reads",
        max_length=MOST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
