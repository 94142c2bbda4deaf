"""The privacy desk ends mail for somebody who asked by word: no link, no account needed."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from upheld.consent.wording import title_of
from upheld.mail.byword import CHANNELS, stop_by_word
from upheld.mail.stopping import lists
from upheld.pages.second_factor import post_required
from upheld.rights.requests.alarms import POST
from upheld.rights.requests.matching import candidates


class WithdrawalForm(forms.Form):
    """Who asked, how, when, and what ends."""

    email = forms.EmailField(label="The address that is mailed")
    only = forms.ChoiceField(label="What ends", required=False)
    channel = forms.ChoiceField(label="How they asked", choices=list(CHANNELS.items()))
    day = forms.DateField(
        label="When they asked", widget=forms.DateInput(attrs={"type": "date"}),
    )  # fmt: skip

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        every = [(id, title_of(rule)) for id, rule in lists().items()]
        choice = self.fields["only"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [("", "Every mail by choice"), *every]

    def clean_day(self) -> date:
        """Nobody asks in the future."""
        day: date = self.cleaned_data["day"]
        if day > timezone.localdate():
            raise forms.ValidationError("This day is still to come.")
        return day


@post_required(POST)
def withdrawal(request: HttpRequest) -> HttpResponse:
    """Show the form, or end the mails (POST)."""
    form = WithdrawalForm(request.POST or None, initial={"day": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        people = candidates(given["email"])
        changed = stop_by_word(
            given["email"],
            people,
            channel=given["channel"],
            day=given["day"],
            only=given["only"],
        )
        kinds = f"{changed} {'choice was' if changed == 1 else 'choices were'} taken back"
        rest = "" if given["only"] else " The address gets no mail by choice any more."
        messages.success(request, f"Done: {kinds}.{rest}")
        return redirect("upheld:desk-withdrawal")
    status = 400 if form.errors else 200
    return render(request, "upheld/desk_withdrawal.html", {"form": form}, status=status)
