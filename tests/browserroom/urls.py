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


ROGUE = """<!doctype html><html lang="en"><head><title>Rogue</title>
<link rel="preconnect" href="https://cdn.example"><script src="/rogue.js"></script></head>
<body><a href="/outside/">Outside</a><a href="/logout/">Leave</a></body></html>"""
SCRIPT = """document.cookie = "tracker=1; path=/"; document.cookie = "taste=blue; path=/";
document.cookie = "theme=dark; path=/; max-age=31536000";
localStorage.setItem("trail", "1"); sessionStorage.setItem("tab", "1");
indexedDB.open("profile"); new Image().src = "https://pixel.example/p.gif";"""


def rogue(request: HttpRequest) -> HttpResponse:
    return HttpResponse(ROGUE)


def rogue_script(request: HttpRequest) -> HttpResponse:
    return HttpResponse(SCRIPT, content_type="text/javascript")


urlpatterns = [
    path("", outside),
    path("rogue/", rogue),
    path("rogue.js", rogue_script),
    path("outside/", outside, name="outside"),
    path("", include("upheld.urls")),
]
