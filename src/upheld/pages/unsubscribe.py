"""One click ends one kind of mail: no sign-in, no second page, works for old links too.

A GET shows the button only, because mail scanners fetch links; a POST, from the button or
from the mail programme (RFC 8058), does it.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.cache import add_never_cache_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from upheld.mail import links, stopping
from upheld.mail.links import Link


@csrf_exempt  # mail programmes post without a cookie; the token is the authority
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Show the buttons (GET), or end one list, end all, or take it back (POST)."""
    link = links.read(token)
    if link is None:
        return _answer(request, "upheld/unsubscribe_unknown.html", status=404)
    if stopping.is_gone(link):
        return _answer(request, "upheld/unsubscribe_gone.html")
    if not link.purpose and request.method != "POST":
        return HttpResponseRedirect(_choices(link))
    chosen = stopping.list_of(link) if link.purpose else None
    if link.purpose and chosen is None:  # the policy has this list no more
        return _answer(request, "upheld/unsubscribe_gone.html")
    done = _do(link, request) if request.method == "POST" else ""
    return _answer(
        request,
        "upheld/unsubscribe.html",
        list=chosen,
        done=done,
        gets=bool(chosen) and stopping.gets(link),
        undo=bool(chosen) and stopping.may_undo(link),
        others=stopping.others(link),
        choices=_choices(link),
    )


def _do(link: Link, request: HttpRequest) -> str:
    """Do what was asked and say what was done: `all`, `undone`, `kept`, `stopped`."""
    asked = request.POST.get("do", "")
    if asked == "all" or not link.purpose:
        stopping.stop_all(link)
        return "all"
    if asked == "undo":
        return "undone" if stopping.undo(link) else "kept"
    one_click = request.POST.get("List-Unsubscribe") == "One-Click"
    stopping.stop(link, "one-click" if one_click else "link")
    return "stopped"


def _choices(link: Link) -> str:
    try:
        token = links.token_of(Link(link.subject))
        links.keep([Link(link.subject)])
        return reverse("upheld:choices-by-token", args=[token])
    except NoReverseMatch:
        return reverse("upheld:choices")


def _answer(
    request: HttpRequest, template: str, *, status: int = 200, **context: object
) -> HttpResponse:
    response = render(request, template, context, status=status)
    add_never_cache_headers(response)
    # The address of this page opens it: nobody outside is told, and no search engine keeps it.
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex"
    return response
