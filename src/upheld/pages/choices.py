"""Choices: everything that leaves a choice, on one page, each one click either way.

The same page for a person signed in, for one who came by a link of a mail, and for a visitor.
It needs no JavaScript; a banner talks to it in JSON. The contract is in docs/consent.md.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from upheld import consent
from upheld.consent import browsing, limits
from upheld.consent.choosing import Given, give, label, offered_to, read
from upheld.consent.ledger import SIGNAL
from upheld.consent.visitors import is_visitor, new_visitor, remember
from upheld.consent.wording import title_of
from upheld.datamap.active import active
from upheld.errors import ConsentError
from upheld.mail import links
from upheld.pages.choices_shown import shown
from upheld.policy.types import Policy

PLACE = "privacy/choices"
WAYS = ("page", "banner", "embed")
"""Where a person clicked; anything else that is sent counts as the page."""


@require_http_methods(["GET", "HEAD", "POST"])
def choices(request: HttpRequest) -> HttpResponse:
    """`GET` shows the choices, with `?format=json` their state; `POST` makes some."""
    return _answer(request, consent.chooser(request), by_mail=False)


@require_http_methods(["GET", "HEAD", "POST"])
def by_token(request: HttpRequest, token: str) -> HttpResponse:
    """The same for whoever holds the link of a mail, without signing in.

    Only a click changes something: what fetches links (scanners of mail) sends no form.
    """
    link = links.read(token)
    if link is None or not link.subject:
        return render(request, "upheld/choices_unknown.html", status=404)
    response = _answer(request, link.subject, by_mail=True)
    response["Referrer-Policy"] = "same-origin"  # the address is the key
    return response


def _answer(request: HttpRequest, who: str | None, *, by_mail: bool) -> HttpResponse:
    policy = active().policy
    if request.method != "POST":
        if request.GET.get("format") == "json":
            return _json(_state(request, who, policy))
        return _page(request, who, policy, by_mail=by_mail)
    try:
        limits.count(request, who)
        given = read(_fields(request), who, policy)
    except ConsentError as error:
        return _refusal(request, who, policy, error, by_mail=by_mail)
    somebody = who or new_visitor()
    given_by = request.POST.get("via", "")
    way = given_by if given_by in WAYS else WAYS[0]
    method = ("link" if by_mail else way) + (SIGNAL if consent.signal(request) else "")
    give(somebody, given.answers, policy=policy, place=PLACE, method=method)
    if not by_mail:
        browsing.chooses(request, somebody)
    response = _done(request, somebody, policy, given)
    if is_visitor(somebody):
        remember(response, somebody, policy, secure=request.is_secure())
    return response


def _fields(request: HttpRequest) -> list[tuple[str, str]]:
    return [(name, str(value)) for name in request.POST for value in request.POST.getlist(name)]


def _done(request: HttpRequest, who: str, policy: Policy, given: Given) -> HttpResponse:
    if _wants_json(request):
        return _json(_state(request, who, policy) | {"unknown": list(given.unknown)})
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
        target = f"{request.path}?saved={'some' if given.unknown else 'all'}#choices"
    return HttpResponseRedirect(target, status=303)


def _refusal(
    request: HttpRequest, who: str | None, policy: Policy, error: ConsentError, *, by_mail: bool
) -> HttpResponse:
    status = 429 if isinstance(error, limits.TooOften) else 400
    if _wants_json(request):
        response: HttpResponse = _json({"error": error.message, "hint": error.hint}, status)
    else:
        response = _page(request, who, policy, by_mail=by_mail, error=error, status=status)
    if isinstance(error, limits.TooOften):
        response["Retry-After"] = str(error.data["seconds"])
    return response


def _page(
    request: HttpRequest,
    who: str | None,
    policy: Policy,
    *,
    by_mail: bool,
    error: ConsentError | None = None,
    status: int = 200,
) -> HttpResponse:
    signal = consent.signal(request)
    groups = shown(who, policy, signal=signal)
    offered = offered_to(who, policy)
    response = render(
        request,
        "upheld/choices.html",
        {
            "groups": groups,
            "many": sum(len(group.choices) for group in groups) > 1,
            "first": any(one.unasked for group in groups for one in group.choices),
            "again": [one for group in groups for one in group.choices if one.again],
            "signal": signal,
            "visitor": who is None or is_visitor(who),
            "elsewhere": [
                title_of(rule) for id, rule in consent.choices(policy).items() if id not in offered
            ],
            "by_mail": by_mail,
            "saved": request.GET.get("saved", ""),
            "next": request.POST.get("next", request.GET.get("next", "")),
            "error": error,
            "receipt": _receipt_address(request, who),
            "cookies": cookies(policy),
        },
        status=status,
    )
    add_never_cache_headers(response)
    return response


def _state(request: HttpRequest, who: str | None, policy: Policy) -> dict[str, Any]:
    """What a banner needs to know: see docs/consent.md."""
    signal = consent.signal(request)
    states = {} if who is None else consent.state(who, policy=policy)
    found: dict[str, bool] = {}
    for id, rule in offered_to(who, policy).items():
        for topic in ("", *rule.topics):
            found[label((id, topic))] = browsing.counts(who, id, topic, signal=signal)
    return {
        "choices": found,
        "answered": [id for id in found if id in states and states[id].explicit],
        "again": [id for id in found if id in states and states[id].wider],
        "signal": signal,
    }


def _receipt_address(request: HttpRequest, who: str | None) -> str:
    """Where the receipt of the choices on this page is; empty without an answer."""
    if who is None or not any(state.since for state in consent.state(who).values()):
        return ""
    return f"{request.path}receipt/"


def _wants_json(request: HttpRequest) -> bool:
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def _json(told: dict[str, Any], status: int = 200) -> JsonResponse:
    response = JsonResponse(told, status=status)
    add_never_cache_headers(response)
    patch_vary_headers(response, ["Accept", "Cookie"])
    return response


def cookies(policy: Policy) -> list[dict[str, Any]]:
    """The declared cookies, each with its purpose in plain words."""
    return [
        {
            "name": cookie.id,
            "why": title_of(policy.purposes[cookie.purpose]),
            "days": cookie.days,
            "asked": cookie.needs_consent,
        }
        for cookie in policy.cookies.values()
    ]
