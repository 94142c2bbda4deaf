"""A person's written word that somebody they name may be given their data, and its end."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from upheld.datamap.active import active
from upheld.disclosure.models import Release
from upheld.disclosure.releases import open_release, withdraw
from upheld.errors import DisclosureRefused
from upheld.pages.fresh import fresh_sign_in_required
from upheld.pages.person import subject_of
from upheld.pages.sentences import promises
from upheld.policy.types import Recipient
from upheld.rights.reasons import title_of

_OPEN = (Release.DRAFT, Release.APPROVED)


class AuthoriseForm(forms.Form):
    """Who, what, and the person's own words."""

    authority = forms.CharField(label="Who may have it: name and address", max_length=200)
    scope = forms.MultipleChoiceField(label="What", widget=forms.CheckboxSelectMultiple)
    words = forms.CharField(
        label="Authorise it in your own words",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, recipient: Recipient, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(name, title_of(name)) for name in recipient.gets]
        self.fields["scope"].choices = choices  # type: ignore[attr-defined] # a choice field, see above


def authorisations(subject: str) -> list[dict[str, Any]]:
    """Return what the person authorised, newest first."""
    rows = Release.objects.filter(subject=subject, opened_by=subject)
    return [
        {
            "row": row,
            "what": " · ".join(title_of(name) for name in row.scope),
            "open": row.state in _OPEN,
        }
        for row in rows
    ]


@fresh_sign_in_required
def authorise(request: HttpRequest, recipient: str) -> HttpResponse:
    """Write an authorisation, or take one back that was not used yet."""
    found = active().policy.recipients.get(recipient)
    if found is None or found.only_if != "explicit_consent":
        raise Http404
    subject = subject_of(request)
    if "withdraw" in request.POST:
        return _taken_back(request, subject)
    form = AuthoriseForm(found, request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            open_release(
                found.id,
                authority=given["authority"],
                reference="authorised in the member centre",
                ground=found.grounds[0] if found.grounds else "authorised in writing",
                reasoning=given["words"],
                scope=given["scope"],
                subject=subject,
            )
        except DisclosureRefused as refusal:
            form.add_error(None, f"{refusal.message}: {refusal.hint}")
        else:
            messages.success(request, "Noted. We check it before anything leaves.")
            return redirect("upheld:me-given")
    return render(
        request,
        "upheld/me_authorise.html",
        {"form": form, "says": promises(found.says)},
        status=400 if form.errors else 200,
    )


def _taken_back(request: HttpRequest, subject: str) -> HttpResponse:
    number = request.POST["withdraw"]
    own = Release.objects.filter(subject=subject, opened_by=subject)
    row = own.filter(pk=number).first() if number.isdigit() else None
    if row is None:
        raise Http404
    try:
        withdraw(row)
    except DisclosureRefused:
        messages.warning(request, "That is decided already, see below.")
    else:
        messages.success(request, "Taken back. Nothing was handed over.")
    return redirect("upheld:me-given")
