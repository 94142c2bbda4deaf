"""Pages to be visited."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import engines
from django.urls import include, path


def page(request: HttpRequest, **words: object) -> HttpResponse:
    template = engines["django"].from_string(
        "{% load upheld_visits %}<!doctype html><title>A page</title><h1>A page</h1>{% visits %}"
    )
    return HttpResponse(template.render({}, request))


def data(request: HttpRequest) -> HttpResponse:
    return JsonResponse({})


def wrong(request: HttpRequest) -> HttpResponse:
    return HttpResponse("no", status=503)


urlpatterns = [
    path("", page, name="home"),
    path("words/<slug:slug>/", page, name="word"),
    path("orders/<int:number>/<str:token>/", page, name="order"),
    path("people/<path:who>/", page),
    path("me/", page, name="me"),
    path("patients/<int:pk>/", page, name="patient"),
    path("dispatch/<int:pk>/", page, name="dispatch"),
    path("data/", data, name="data"),
    path("wrong/", wrong, name="wrong"),
    path("", include("upheld.urls")),
]
