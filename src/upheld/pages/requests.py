"""The member centre's requests: ask, follow, withdraw, show who one is, fetch the copy."""

from __future__ import annotations

import secrets
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from upheld.consent.offered import choices
from upheld.datamap.active import active
from upheld.errors import RightsError
from upheld.pages.fresh import fresh_sign_in_required
from upheld.pages.person import subject_of
from upheld.pages.request_doors import act, collect_by_code, hand_over
from upheld.pages.request_words import shown
from upheld.policy.types import ENGINE_PURPOSES
from upheld.rights.reasons import purpose_title
from upheld.rights.requests.collecting import NothingToCollect
from upheld.rights.requests.deciding import fulfil
from upheld.rights.requests.links import request_in
from upheld.rights.requests.models import RightsRequest
from upheld.rights.requests.opening import LONGEST_WORDS, Asked, open_request
from upheld.rights.requests.states import KINDS
from upheld.rights.requests.tallies import TooOften, count

AT_ONCE = ("consent_withdrawal",)
"""Carried out as soon as they are verified: taking back must be as easy as giving."""


class AskForm(forms.Form):
    """What one asks for. `key` tells a second click from a second request."""

    kind = forms.ChoiceField(label="What do you ask for?", choices=list(KINDS.items()))
    about = forms.ChoiceField(
        label="Which use? (for an objection, or to take consent back)", required=False
    )
    words = forms.CharField(
        label="Anything we should know (what to correct, what to complain about)",
        required=False,
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        policy = active().policy
        uses = [
            (rule.id, purpose_title(rule))
            for rule in policy.purposes.values()
            if rule.id in choices(policy)
            or (rule.basis == "legitimate_interest" and rule.id not in ENGINE_PURPOSES)
        ]
        field = self.fields["about"]
        assert isinstance(field, forms.ChoiceField), "declared above"
        field.choices = [("", "-"), *uses]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        kind, about = given.get("kind"), given.get("about")
        if kind in ("objection", "consent_withdrawal") and not about:
            self.add_error("about", "Please say which use you mean.")
        elif kind == "consent_withdrawal" and about not in choices(active().policy):
            self.add_error("about", "This use does not rest on your consent; object to it instead.")
        if kind in ("correction", "complaint") and not given.get("words", "").strip():
            self.add_error("words", "Please tell us in a few words.")
        return given


@login_required
def overview(request: HttpRequest) -> HttpResponse:
    """List one's requests, the newest first."""
    rows = RightsRequest.objects.filter(subject=subject_of(request)).order_by("-received_at")
    return render(request, "upheld/me_requests.html", {"requests": [shown(row) for row in rows]})


@fresh_sign_in_required
def ask(request: HttpRequest) -> HttpResponse:
    """Show the form (GET) or open the request (POST)."""
    first = {"key": secrets.token_hex(16), "kind": request.GET.get("kind", "copy")}
    form = AskForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            count(f"asking {request.user.pk}", most=20)
            return _opened(request, form.cleaned_data)
        except TooOften as error:
            form.add_error(None, f"You asked for a lot within an hour: {error.hint}.")
        except RightsError as error:
            form.add_error(None, error.message)
    status = 400 if form.errors else 200
    return render(request, "upheld/me_ask.html", {"form": form}, status=status)


def _opened(request: HttpRequest, given: dict[str, Any]) -> HttpResponse:
    opened = open_request(
        Asked(
            kind=given["kind"],
            channel="member_centre",
            key=given["key"],
            subject=subject_of(request),
            words=given["words"],
            about=given["about"] if given["kind"] in ("objection", "consent_withdrawal") else "",
            signed_in=True,
        )
    )
    row = opened.request
    if not opened.created:
        messages.info(request, "You asked for this already; here is how it stands.")
    elif row.kind in AT_ONCE and row.verified_at:
        fulfil(row)
    return redirect("upheld:me-request", row.pk)


@login_required
def one(request: HttpRequest, id: UUID) -> HttpResponseBase:
    """Show one of one's own requests, or act on it (POST); anybody else's is a 404."""
    row = RightsRequest.objects.filter(pk=id, subject=subject_of(request)).first()
    if row is None:
        raise Http404
    if request.method == "POST":
        if request.POST.get("do") == "collect":
            return _collect(request, id)
        act(request, row)
        return redirect("upheld:me-request", row.pk)
    return render(request, "upheld/me_request.html", {"item": shown(row), "signed_in": True})


@fresh_sign_in_required
def _collect(request: HttpRequest, id: UUID) -> HttpResponseBase:
    row = RightsRequest.objects.get(pk=id, subject=subject_of(request))
    try:
        return hand_over(row)
    except NothingToCollect:
        messages.error(request, "This copy was fetched already. Please ask for a new one.")
        return redirect("upheld:me-request", row.pk)


def by_link(request: HttpRequest, token: str) -> HttpResponseBase:
    """The same page for who has no account: the link shows how it stands, never any data."""
    id = request_in(token)
    row = RightsRequest.objects.filter(pk=id).first() if id else None
    if row is None or row.channel == "member_centre":
        raise Http404
    if request.method == "POST":
        if request.POST.get("do") == "collect":
            answer = collect_by_code(request, row)
            if answer is not None:
                return answer
        else:
            act(request, row)
        return redirect("upheld:request", token)
    page = render(request, "upheld/me_request.html", {"item": shown(row), "signed_in": False})
    page["Cache-Control"] = "no-store"
    # The link stays within the site. `no-referrer` would make browsers send `Origin: null` with
    # the page's own forms, which Django then takes for forged.
    page["Referrer-Policy"] = "same-origin"
    return page
