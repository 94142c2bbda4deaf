"""The practice's pages with Upheld's own, and one with content from outside."""

from __future__ import annotations

from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

STATIC = Path(__file__).resolve().parents[2] / "src/upheld/static"
PAGE = """{% load upheld_browser %}<!doctype html>
<html lang="en"><head><title>Practice</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><main><h1>Practice</h1>{% embed "words" %}</main>{% banner %}</body></html>"""


def outside(request: HttpRequest) -> HttpResponse:
    return HttpResponse(engines["django"].from_string(PAGE).render({}, request))


urlpatterns = [
    path("outside/", outside, name="outside"),
    path("", include("upheld.urls")),
]
