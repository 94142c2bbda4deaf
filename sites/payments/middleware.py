"""Refuses full card numbers anywhere in what people send to the shop.

Cards are typed on the provider's page and nowhere else. What is refused is neither kept
nor logged; the answer names the field only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sites.payments.card_numbers import holds_card_number


class RefuseCardNumbers:
    """Answers 422 to a request with a card number in its address or body.

    `settings.CARD_CHECK_EXEMPT` lists (route name, field) pairs whose values are long
    numbers of another sort, such as a carrier's tracking number typed by staff; `*` as the
    field exempts a route.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: object) -> HttpResponse | None:
        """Runs once the route is known and before the view reads anything."""
        match = request.resolver_match
        route = match.view_name if match else ""
        exempt = getattr(settings, "CARD_CHECK_EXEMPT", ())
        if (route, "*") in exempt:
            return None
        for field, value in _inputs(request):
            if (route, field) not in exempt and holds_card_number(value):
                return render(request, "payments/card_refused.html", {"field": field}, status=422)
        return None


def _inputs(request: HttpRequest) -> Iterator[tuple[str, str]]:
    yield "", request.path
    for name, values in request.GET.lists():
        yield from ((name, part) for value in values for part in (name, value))
    if request.method in ("GET", "HEAD"):
        return
    if request.content_type in ("application/x-www-form-urlencoded", "multipart/form-data"):
        for name, values in request.POST.lists():
            yield from ((name, part) for value in values for part in (name, value))
        for name, files in request.FILES.lists():
            yield from ((name, file.name or "") for file in files)
    else:
        yield "", request.body.decode("utf-8", "replace")
