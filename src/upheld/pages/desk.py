"""The privacy desk: requests by due date, each with its clock, its proof and its decision.

Routes `upheld:desk*` must be mapped to the purpose of the privacy post, which says what the
desk may see; without it no document opens and no name shows.
"""

from __future__ import annotations

import secrets
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from upheld.context import current
from upheld.datamap.active import active
from upheld.errors import RightsError
from upheld.guard.restricting import lift, restrictions
from upheld.pages.request_words import clock_words, shown, standing
from upheld.pages.second_factor import post_required
from upheld.policy.semantics import Outcome, decide
from upheld.rights.identity.documents import CLEAN, DESTROYED
from upheld.rights.identity.documents import shown as document_shown
from upheld.rights.identity.models import IdentityDocument
from upheld.rights.identity.refusals import ProofRefused
from upheld.rights.requests.alarms import POST
from upheld.rights.requests.correcting import correct, correctables
from upheld.rights.requests.deciding import deny, fulfil, pause, resume
from upheld.rights.requests.letters import post
from upheld.rights.requests.matching import candidates, names_held
from upheld.rights.requests.models import RequestNote, RightsRequest
from upheld.rights.requests.opening import Asked, open_request, verify
from upheld.rights.requests.rules import by_document, clock_of
from upheld.rights.requests.sealed import opened, seal
from upheld.rights.requests.states import FULFILLED, GROUNDS, KINDS, RUNNING
from upheld.rights.requests.steps import move

CLOSED_SHOWN = 20


class PhoneForm(forms.Form):
    """What a caller asks for. Nothing that they say on the phone proves who they are."""

    kind = forms.ChoiceField(label="What do they ask for?", choices=list(KINDS.items()))
    email = forms.EmailField(label="The address that we have on file")
    words = forms.CharField(
        label="In their words", required=False, max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
    told = forms.BooleanField(
        label="I told the caller that nothing happens before they answer the mail that we send "
        "to the address on file, and I gave no data on the phone"
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=64)


class DecisionForm(forms.Form):
    """How it ends."""

    ground = forms.ChoiceField(
        label="Ground, if it is not done", required=False, choices=[("", "-"), *GROUNDS.items()]
    )
    answer = forms.CharField(
        label="What the person reads", required=False, max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip


@post_required(POST)
def desk(request: HttpRequest) -> HttpResponse:
    """List what runs, the earliest date first, and what was closed last."""
    running = RightsRequest.objects.filter(state__in=RUNNING)
    closed = RightsRequest.objects.exclude(state__in=RUNNING).order_by("-closed_at")
    rows = [
        {
            "row": row,
            "title": KINDS[row.kind],
            "standing": standing(row),
            "papers": row.documents.exclude(state=DESTROYED).count(),
        }
        for row in running
    ]
    return render(
        request,
        "upheld/desk.html",
        {
            "rows": rows,
            "late": sum(row["standing"] == "late" for row in rows),
            "soon": sum(row["standing"] == "soon" for row in rows),
            "closed": [{"row": row, "title": KINDS[row.kind]} for row in closed[:CLOSED_SHOWN]],
        },
    )


@post_required(POST)
def phone(request: HttpRequest) -> HttpResponse:
    """Take a request on the phone; the caller proves who they are by the mail we send."""
    form = PhoneForm(request.POST or None, initial={"key": secrets.token_hex(16)})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        known = candidates(given["email"])
        row = open_request(
            Asked(
                kind=given["kind"],
                channel="phone",
                key=given["key"],
                subject=known[0] if len(known) == 1 else None,
                words=given["words"],
                # Only to an address that we hold: a caller's own may be anybody's.
                contact="" if known else given["email"],
                taken_by=current().actor.ref,
            )
        ).request
        return redirect("upheld:desk-request", row.pk)
    status = 400 if form.errors else 200
    return render(request, "upheld/desk_phone.html", {"form": form}, status=status)


@post_required(POST)
def one(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show one request with everything that the decision needs, or act on it (POST)."""
    row = RightsRequest.objects.filter(pk=id).first()
    if row is None:
        raise Http404
    form = DecisionForm(request.POST if request.POST.get("do") in ("fulfil", "deny") else None)
    if request.method == "POST":
        try:
            if _act(request, row, form):
                return redirect("upheld:desk-request", row.pk)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        except RightsError as error:
            messages.error(request, f"{error.message[:1].upper()}{error.message[1:]}.")
        row.refresh_from_db()
    return render(request, "upheld/desk_request.html", _laid_out(row, form))


@post_required(POST)
def document(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show a document to the post that decides: a page, and with `raw` the file within it.

    Each look is logged; no cache keeps it.
    """
    if "raw" not in request.GET:
        found = IdentityDocument.objects.filter(pk=id).first()
        if found is None:
            raise Http404
        page = render(request, "upheld/desk_document.html", {"paper": found})
        page["Cache-Control"] = "no-store"
        return page
    try:
        found, content = document_shown(id)
    except ProofRefused as error:
        return HttpResponse(error.words, status=409, content_type="text/plain; charset=utf-8")
    answer = HttpResponse(content, content_type=found.media)
    answer["Cache-Control"] = "no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    if found.media != "image/jpeg":
        answer["Content-Disposition"] = 'attachment; filename="document.pdf"'
    return answer


def _laid_out(row: RightsRequest, form: DecisionForm) -> dict[str, Any]:
    names = names_held(row.subject, only=_readable()) if row.subject else ()
    contact = opened(row.contact)
    return {
        "item": shown(row),
        "row": row,
        "form": form,
        "clock": clock_words(row),
        "reading": clock_of(row) if row.state in RUNNING else None,
        "names": names,
        "contact": contact,
        "candidates": [] if row.subject else _proposals(contact),
        "papers": row.documents.all(),
        "notes": [(note.at, opened(note.text)) for note in row.notes.all()],
        "restricted": bool(
            row.state == FULFILLED
            and row.subject
            and ("" if row.kind == "restriction" else row.about or "-") in restrictions(row.subject)
        ),
        "paused": row.pauses.filter(ended_at__isnull=True).first(),
        "correctables": correctables(row) if _correcting(row) else (),
        "proved": row.verified_at is not None,
    }


def _correcting(row: RightsRequest) -> bool:
    return row.kind == "correction" and row.state in RUNNING and row.verified_at is not None


def _proposals(contact: str) -> list[dict[str, Any]]:
    return [
        {"subject": subject, "names": names_held(subject, only=_readable())}
        for subject in candidates(contact)
    ]


def _readable() -> frozenset[str]:
    """Categories that the purpose of this page may read."""
    now, policy = current(), active().policy
    return frozenset(
        category
        for category in policy.data
        if decide(policy, now.purpose, now.actor, "subject", category, "read").outcome
        is Outcome.ALLOW
    )


def _act(request: HttpRequest, row: RightsRequest, form: DecisionForm) -> bool:
    """Do what the button says; False = the form is to be shown again."""
    wanted = request.POST.get("do", "")
    if wanted in ("fulfil", "deny"):
        return _decide(request, row, form, wanted)
    if wanted == "verify":
        _looked_at(row)
        done = verify(row, "document")
        post(done, "verified")
        messages.success(request, "Identity confirmed. The papers are destroyed.")
    elif wanted == "match":
        _match(row, request.POST.get("subject", ""))
    elif wanted == "pause":
        pause(row, request.POST.get("reason", ""))
    elif wanted == "resume":
        resume(row)
    elif wanted == "lift":
        _lift(request, row)
    elif wanted == "note":
        _note(row, request.POST.get("text", ""))
    elif wanted == "correct":
        column, _, pk = request.POST.get("place", "").partition(" ")
        correct(row, column, pk, request.POST.get("value", ""))
        messages.success(request, "Corrected.")
    else:
        raise Http404
    return True


def _looked_at(row: RightsRequest) -> None:
    """Refuse to confirm somebody whom no paper shows."""
    if not by_document(row.proof):
        raise RightsError(
            "this request is proved by the person alone", hint="wait for their sign-in or code"
        )
    if not row.documents.filter(state=CLEAN, role="identity").exists():
        raise RightsError(
            "there is no document that was checked", hint="wait for one, or deny the request"
        )


def _lift(request: HttpRequest, row: RightsRequest) -> None:
    """The person says that their data may be used again."""
    if row.kind not in ("restriction", "objection") or row.state != FULFILLED or not row.subject:
        raise RightsError("nothing was restricted by this request", hint="look for another one")
    move(row.pk, "note", details={"lifted": row.about or "all uses"})
    lift(row.subject, purpose=row.about if row.kind == "objection" else "")
    messages.success(request, "The restriction has ended.")


def _decide(request: HttpRequest, row: RightsRequest, form: DecisionForm, wanted: str) -> bool:
    if not form.is_valid():
        return False
    answer = form.cleaned_data["answer"]
    if wanted == "fulfil":
        fulfil(row, answer=answer)
    elif not form.cleaned_data["ground"]:
        form.add_error("ground", "A denial needs a ground.")
        return False
    else:
        deny(row, form.cleaned_data["ground"], answer=answer)
    messages.success(request, "Decided. The person is told.")
    return True


def _match(row: RightsRequest, subject: str) -> None:
    """Say whose data an unmatched request is about: one of those whom the address proposes."""
    if subject not in candidates(opened(row.contact)):
        raise RightsError("nobody of that reference has this address", hint="choose from the list")

    def choose(found: RightsRequest) -> None:
        found.subject = subject

    move(row.pk, "match", details={"by": "privacy post"}, change=choose)


def _note(row: RightsRequest, text: str) -> None:
    if text.strip():
        move(row.pk, "note")
        RequestNote.objects.create(
            request=row, at=timezone.now(), text=seal(row.pk, text.strip()[:4000])
        )
