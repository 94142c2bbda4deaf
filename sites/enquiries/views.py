"""The pages: write to us, feedback, and the desk that answers."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.mail import EmailMessage
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from sites.enquiries.asking import ask, close, writer
from sites.enquiries.forms import AnswerForm, EnquiryForm, FeedbackForm, HeardForm
from sites.enquiries.models import Enquiry
from sites.enquiries.topics import desk_post, topics
from sites.frame.brand import brand
from sites.frame.staff.posts import holds

PAGE = 25
POST = desk_post()


def contact(request: HttpRequest) -> HttpResponse:
    """Show every way to reach the business and a form; a sound POST keeps the question."""
    wanted = request.GET.get("topic", "")
    form = EnquiryForm(request.POST or None, initial={"topic": wanted, **_known(request)})
    if request.method == "POST" and form.is_valid():
        ask(form.cleaned_data, request.user)
        messages.success(request, "Thank you. We have your message and will answer by mail.")
        return redirect("enquiries:contact")
    return render(request, "enquiries/contact.html", {"form": form, "topics": topics()})


def feedback(request: HttpRequest) -> HttpResponse:
    """Ask how it was. A visitor's feedback has no name."""
    form = FeedbackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.keep(request.user if request.user.is_authenticated else None)
        messages.success(request, "Thank you, that helps.")
        return redirect("enquiries:feedback")
    return render(request, "enquiries/feedback.html", {"form": form})


@holds(POST)
def desk(request: HttpRequest) -> HttpResponse:
    """List what waits for an answer, the oldest first; `?closed=1` shows what was answered."""
    closed = request.GET.get("closed") == "1"
    found = Enquiry.objects.exclude(state=Enquiry.State.OPEN).order_by("-closed_at")
    if not closed:
        found = Enquiry.objects.filter(state=Enquiry.State.OPEN).order_by("opened_at")
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    names = {each.id: each.title for each in topics()}
    rows = [(each, names.get(each.topic, each.topic)) for each in page]
    return render(request, "enquiries/desk.html", {"rows": rows, "page": page, "closed": closed})


@holds(POST)
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one enquiry and take the answer, which goes out by mail."""
    enquiry = get_object_or_404(Enquiry, pk=pk)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and enquiry.state == Enquiry.State.OPEN and form.is_valid():
        with transaction.atomic():
            close(enquiry, form.cleaned_data["answer"])
            _send(enquiry)
        messages.success(request, "The answer is on its way.")
        return redirect("enquiries:desk")
    names = {each.id: each.title for each in topics()}
    topic = names.get(enquiry.topic, enquiry.topic)
    return render(request, "enquiries/one.html", {"enquiry": enquiry, "form": form, "topic": topic})


@holds(POST)
def heard(request: HttpRequest) -> HttpResponse:
    """Enter a call or a letter for the person who called or wrote."""
    form = HeardForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        ask(form.cleaned_data, None)
        messages.success(request, "It waits with the others.")
        return redirect("enquiries:desk")
    return render(request, "enquiries/heard.html", {"form": form})


def _known(request: HttpRequest) -> dict[str, Any]:
    """What a signed-in member need not type again."""
    user: Any = request.user
    if not user.is_authenticated:
        return {}
    return {"name": user.get_full_name(), "email": user.email}


def _send(enquiry: Enquiry) -> None:
    body = f"{enquiry.answer}\n\n{brand().name}\n\n> " + enquiry.words.replace("\n", "\n> ")
    message = EmailMessage(f"Your question to {brand().name}", f"{body}\n", to=[enquiry.email])
    if not settings.GUARD:
        message.send()
        return
    from upheld.mail import send

    of_member = f"member:{enquiry.user_id}" if enquiry.user_id else None
    send(message, klass="service", subject=of_member or writer(enquiry.email))
