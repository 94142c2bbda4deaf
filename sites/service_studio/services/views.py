"""The shop window, asking for a service, and the studio's desk."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from sites.frame.staff.posts import holds
from sites.service_studio.services.forms import StateForm, WishForm
from sites.service_studio.services.models import Service, ServiceRequest

PAGE = 25
ONCE, MONTH = Service.Per.ONCE, Service.Per.MONTH


def home(request: HttpRequest) -> HttpResponse:
    """The front page."""
    offered = list(Service.objects.all())
    return render(
        request,
        "service_studio/home.html",
        {
            "services": [each for each in offered if each.per == ONCE][:6],
            "plans": [each for each in offered if each.per == MONTH],
        },
    )


def listing(request: HttpRequest) -> HttpResponse:
    """Everything the studio does once."""
    return render(request, "services/list.html", {"services": Service.objects.filter(per=ONCE)})


def plans(request: HttpRequest) -> HttpResponse:
    """What the studio does month by month."""
    return render(request, "services/plans.html", {"plans": Service.objects.filter(per=MONTH)})


def one(request: HttpRequest, slug: str) -> HttpResponse:
    """One service."""
    service = get_object_or_404(Service, slug=slug)
    others = Service.objects.filter(per=service.per).exclude(pk=service.pk)[:3]
    return render(request, "services/one.html", {"service": service, "others": others})


@login_required
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a client's wish. It costs nothing and binds nobody."""
    service = get_object_or_404(Service, slug=slug)
    form = WishForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user: Any = request.user
        ServiceRequest.objects.create(user=user, service=service, wish=form.cleaned_data["wish"])
        messages.success(request, "We have it. Somebody will look at it tomorrow at the latest.")
        return redirect("services:requests")
    return render(request, "services/ask.html", {"service": service, "form": form})


@login_required
def requests(request: HttpRequest) -> HttpResponse:
    """What the client asked for."""
    user: Any = request.user
    own = ServiceRequest.objects.filter(user_id=user.pk).select_related("service")
    return render(request, "services/requests.html", {"requests": own.order_by("-opened_at")})


@holds("studio")
def desk(request: HttpRequest) -> HttpResponse:
    """List the requests that are open, the oldest first."""
    waiting = ServiceRequest.objects.exclude(state__in=ServiceRequest.CLOSED)
    page = Paginator(waiting.select_related("service").order_by("opened_at"), PAGE)
    shown = page.get_page(request.GET.get("page"))
    return render(request, "services/desk.html", {"rows": list(shown), "page": shown})


@holds("studio")
def desk_one(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one request with whom to reach, and move it on."""
    found = get_object_or_404(ServiceRequest.objects.select_related("service", "user"), pk=pk)
    form = StateForm(request.POST or None, initial={"state": found.state, "note": found.note})
    if request.method == "POST" and form.is_valid():
        _move(found, form.cleaned_data)
        messages.success(request, "Saved. The client sees it in the account.")
        return redirect("services:desk")
    return render(request, "services/desk_one.html", {"found": found, "form": form})


def _move(found: ServiceRequest, given: dict[str, Any]) -> None:
    found.state, found.note = given["state"], given["note"]
    found.closed_at = None if found.open else timezone.now()
    found.save(update_fields=["state", "note", "closed_at"])
