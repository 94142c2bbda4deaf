"""The desk of a mailbox: its cases, each with its letters, the answer, and its last day.

A view enters the mailbox's own purpose, so whatever the page asks for, only that side of the
walls answers.
"""

from __future__ import annotations

import base64
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Case, IntegerField, When
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from upheld.cases.closing import close, erased_on
from upheld.cases.mailboxes import Mailbox, mailboxes
from upheld.cases.writing import LONGEST, answer
from upheld.context import current, purpose
from upheld.errors import RightsError
from upheld.pages.second_factor import post_required

PAGE = 25


class AnswerForm(forms.Form):
    """What the writer will read."""

    text = forms.CharField(
        label="Answer", max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 8})
    )


def desk(request: HttpRequest, mailbox: str) -> HttpResponseBase:
    """List the cases of one mailbox, the ones that wait first."""

    def shown(request: HttpRequest, box: Mailbox) -> HttpResponse:
        cases = box.case.objects.order_by(_turn(box.case), "last_at")
        page = Paginator(cases, PAGE).get_page(request.GET.get("page"))
        rows = [{"case": case, "until": erased_on(box, case)} for case in page]
        return render(request, "upheld/cases.html", {"mailbox": box, "rows": rows, "page": page})

    return _at(request, mailbox, shown)


def case(request: HttpRequest, mailbox: str, token: str) -> HttpResponseBase:
    """One case: read it, answer it, close it."""

    def shown(request: HttpRequest, box: Mailbox) -> HttpResponse:
        found = box.case.objects.filter(token=token).first()
        if found is None:
            raise Http404
        form = AnswerForm(request.POST if request.POST.get("do") == "answer" else None)
        if request.method == "POST":
            try:
                if request.POST.get("do") == "close":
                    close(box, found)
                    messages.success(request, "Closed.")
                    return redirect("upheld:case", mailbox, token)
                if form.is_valid():
                    answer(box, found, form.cleaned_data["text"])
                    messages.success(request, "Your answer is on its way.")
                    return redirect("upheld:case", mailbox, token)
            except RightsError as error:
                messages.warning(request, f"{error.message[:1].upper()}{error.message[1:]}.")
                return redirect("upheld:case", mailbox, token)
        letters = found.letters.order_by("at", "pk").prefetch_related("attachments")
        return render(
            request,
            "upheld/case.html",
            {
                "mailbox": box,
                "case": found,
                "letters": list(letters),
                "until": erased_on(box, found),
                "kept": box.kept(),
                "form": form,
            },
            status=400 if form.errors else 200,
        )

    return _at(request, mailbox, shown)


def attachment(request: HttpRequest, mailbox: str, token: str, pk: int) -> HttpResponseBase:
    """One file that a scanner called clean, as a download: nothing of it runs here."""

    def shown(request: HttpRequest, box: Mailbox) -> HttpResponse:
        file = box.attachment.objects.filter(pk=pk, letter__case__token=token).first()
        if file is None or file.state != file.CLEAN:
            raise Http404
        response = HttpResponse(
            base64.b64decode(file.content), content_type="application/octet-stream"
        )
        response["Content-Disposition"] = f'attachment; filename="{file.name}"'
        response["X-Content-Type-Options"] = "nosniff"
        response["Cache-Control"] = "no-store"
        return response

    return _at(request, mailbox, shown)


def _turn(model: Any) -> Case:
    """Which come first: those that wait, then the answered, then the closed."""
    return Case(
        When(state=model.OPEN, then=0),
        When(state=model.ANSWERED, then=1),
        default=2,
        output_field=IntegerField(),
    )


def mailboxes_of(posts: frozenset[str]) -> list[Mailbox]:
    """The mailboxes that holders of these posts may open."""
    return [box for box in mailboxes().values() if box.post in posts]


def _at(request: HttpRequest, mailbox: str, shown: Any) -> HttpResponseBase:
    """Run a page for the post of the mailbox, under its purpose."""
    box = mailboxes().get(mailbox)
    if box is None:
        # A mailbox that is not there looks like one that is not yours.
        if not request.user.is_authenticated:
            raise Http404
        raise PermissionDenied("this desk is for another post")

    def inside(request: HttpRequest) -> HttpResponseBase:
        with purpose(box.purpose, actor=current().actor, place=f"mailbox:{box.id}"):
            page: HttpResponseBase = shown(request, box)
        return page

    return post_required(box.post)(inside)(request)
