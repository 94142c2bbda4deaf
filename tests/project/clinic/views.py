"""Pages of the test project: each reads personal data in another way."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib.auth import authenticate, login
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.template import engines
from django.template.response import TemplateResponse

from tests.project.clinic.models import Address, Patient, Topic


def topics(request: HttpRequest) -> HttpResponse:
    """Nothing personal."""
    return HttpResponse(", ".join(Topic.objects.values_list("title", flat=True)))


def me(request: HttpRequest) -> HttpResponse:
    """The visitor's own patient row, and who is signed in."""
    found = Patient.objects.first()
    return HttpResponse(f"{request.user}|{found.name if found else '-'}")


def patient(request: HttpRequest, pk: int) -> HttpResponse:
    """A view that forgets to check whose row it shows."""
    return HttpResponse(get_object_or_404(Patient, pk=pk).name)


def dispatch(request: HttpRequest, pk: int) -> HttpResponse:
    """Staff work."""
    return HttpResponse(get_object_or_404(Address, pk=pk).line1)


def stream(request: HttpRequest) -> StreamingHttpResponse:
    """Reads while the response is being sent."""

    def lines() -> Iterator[str]:
        for found in Patient.objects.order_by("pk"):
            yield f"{found.name}\n"

    return StreamingHttpResponse(lines())


def template(request: HttpRequest) -> TemplateResponse:
    """Reads while the template renders, after the view returned."""
    source = engines["django"].from_string("{% for p in patients %}{{ p.name }};{% endfor %}")
    return TemplateResponse(request, source, {"patients": Patient.objects.order_by("pk")})


def unmapped(request: HttpRequest) -> HttpResponse:
    """A route that the map does not name."""
    return HttpResponse(str([p.name for p in Patient.objects.all()]))


def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in by user name and password."""
    user = authenticate(
        request, username=request.POST["username"], password=request.POST["password"]
    )
    if user is None:
        return HttpResponse("no", status=401)
    login(request, user)
    return HttpResponse("yes")
