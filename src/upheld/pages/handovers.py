"""The privacy team's pages of what leaves the house: hand-overs, notices, releases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from upheld.context import current
from upheld.datamap.active import active
from upheld.disclosure import releases
from upheld.disclosure.models import HandOver, Notice, Release
from upheld.disclosure.passing_on import BY_HAND, done_by_hand
from upheld.errors import DisclosureRefused
from upheld.pages.second_factor import post_required
from upheld.policy.types import Policy
from upheld.rights.reasons import title_of
from upheld.rights.telling import tell_of_releases

POST = "privacy"
SHOWN = 50
OPENED_BY_STAFF = ("legal_ground", "acquisition")
"""What rests on a person's own word is opened by that person alone."""


class ReleaseForm(forms.Form):
    """Who asks for what, on which ground. Names of people belong in none of the texts."""

    recipient = forms.ChoiceField(label="For whom")
    authority = forms.CharField(label="Who asks, exactly", max_length=200)
    reference = forms.CharField(label="Their reference or file number", max_length=100)
    ground = forms.CharField(label="Ground", max_length=100)
    reasoning = forms.CharField(
        label="Why the ground holds here",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    subject = forms.CharField(
        label="The person, written as member:42 (empty for a business transfer)",
        required=False,
        max_length=255,
    )
    scope = forms.MultipleChoiceField(
        label="What is asked for, and no more", widget=forms.CheckboxSelectMultiple
    )
    silent_because = forms.CharField(
        label="Why the person may not be told (empty = they see it)",
        required=False,
        max_length=255,
    )
    silent_until = forms.DateField(
        label="Until which day",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    announced_on = forms.DateField(
        label="For a business transfer: the day on which people were told",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, policy: Policy, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        decided = [r for r in policy.recipients.values() if r.only_if in OPENED_BY_STAFF]
        reached = dict.fromkeys(name for each in decided for name in each.gets)
        self.fields["recipient"].choices = [(r.id, r.name or r.id) for r in decided]  # type: ignore[attr-defined] # a choice field, see above
        self.fields["scope"].choices = [  # type: ignore[attr-defined] # a choice field, see above
            (name, title_of(name)) for name in reached if name in policy.data
        ]


@post_required(POST)
def overview(request: HttpRequest) -> HttpResponse:
    """List what went to whom, what recipients still owe an answer to, and the releases."""
    if request.method == "POST":
        _seen_to(request)
        return redirect("upheld:handovers")
    policy = active().policy
    waiting = Notice.objects.exclude(state=Notice.DONE)
    return render(
        request,
        "upheld/handovers.html",
        {
            "handovers": [
                {"row": row, "name": _name(row.recipient), "what": _titles(row.categories)}
                for row in HandOver.objects.all()[:SHOWN]
            ],
            "failed": HandOver.objects.filter(state=HandOver.FAILED).count(),
            "waiting": [
                {"row": row, "name": _name(row.recipient), "by_hand": row.answer == BY_HAND}
                for row in waiting[:SHOWN]
            ],
            "releases": [
                {"row": row, "name": _name(row.recipient)} for row in Release.objects.all()[:SHOWN]
            ],
            "decided": any(r.only_if in OPENED_BY_STAFF for r in policy.recipients.values()),
        },
    )


@post_required(POST)
def new_release(request: HttpRequest) -> HttpResponse:
    """Open a release; a second person has to agree to it."""
    form = ReleaseForm(active().policy, request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        try:
            release = releases.open_release(given.pop("recipient"), **given)
        except DisclosureRefused as refusal:
            form.add_error(
                None, f"{refusal.message[:1].upper()}{refusal.message[1:]}: {refusal.hint}."
            )
        else:
            return redirect("upheld:release", release.pk)
    status = 400 if form.errors else 200
    return render(request, "upheld/release_new.html", {"form": form}, status=status)


@post_required(POST)
def release(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One release: agree, refuse, or make its sealed bundle."""
    row = Release.objects.filter(pk=pk).first()
    if row is None:
        raise Http404
    if request.method == "POST":
        try:
            return _decided(request, row)
        except DisclosureRefused as refusal:
            text = f"{refusal.message[:1].upper()}{refusal.message[1:]}"
            messages.warning(request, f"{text}: {refusal.hint}.")
            return redirect("upheld:release", pk)
    return render(
        request,
        "upheld/release.html",
        {
            "row": row,
            "name": _name(row.recipient),
            "what": _titles(row.scope),
            "needed": releases.needed(row),
            "approvals": list(row.approvals.order_by("at")),
            "mine": row.opened_by == current().actor.ref,
            "today": timezone.localdate(),
        },
    )


def _decided(request: HttpRequest, row: Release) -> HttpResponseBase:
    wanted = request.POST.get("do", "")
    if wanted == "make":
        bundle = releases.make(row, request.POST.get("reader", ""))
        tell_of_releases()
        name = f"release-{row.pk}.zip.age"
        return FileResponse(bundle.file, as_attachment=True, filename=name)
    acts: dict[str, Callable[[], object]] = {
        "approve": lambda: releases.approve(row),
        "refuse": lambda: releases.refuse(row, request.POST.get("because", "")),
    }
    if wanted not in acts:
        raise Http404
    acts[wanted]()
    return redirect(reverse("upheld:release", args=[row.pk]))


def _seen_to(request: HttpRequest) -> None:
    number = request.POST.get("done", "")
    notice = Notice.objects.filter(pk=number).first() if number.isdigit() else None
    if notice is None:
        raise Http404
    done_by_hand(notice, by=current().actor.ref)
    messages.success(request, "Noted.")


def _name(recipient: str) -> str:
    found = active().policy.recipients.get(recipient)
    return (found.name if found else "") or recipient.replace("_", " ")


def _titles(categories: list[str]) -> str:
    return " · ".join(title_of(name) for name in categories)
