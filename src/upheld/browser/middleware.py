"""The outermost middleware: nothing reaches a browser that the policy and the person do not
allow.

It stands first in `MIDDLEWARE`, so that it sees the cookies and headers of every other one.
What a server in front of Django adds is beyond it; `upheld crawl` sees that.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, cast
from urllib.parse import urlsplit

from asgiref.sync import iscoroutinefunction, markcoroutinefunction, sync_to_async
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import NoReverseMatch, reverse
from django.utils.cache import patch_vary_headers

from upheld.browser.chosen import Chosen
from upheld.browser.cookies import RAW, Gate
from upheld.browser.csp import GROUND, HEADER, REPORT_ONLY, Settled, host_of, settled
from upheld.browser.declared import declared
from upheld.browser.hints import host_of_address, without_outside
from upheld.browser.names import Declared
from upheld.browser.tally import Kept, tally
from upheld.conf import conf
from upheld.datamap.active import Active, active
from upheld.guard.routing import place_of

REPORT_TO = "upheld"
_KEY = (__name__, "settled")
_MOST_KEPT = 256
_SAFE = ("GET", "HEAD", "OPTIONS")
_CHOICES = "upheld:choices"


class BrowserMiddleware:
    """Put it first."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        active()  # a site whose rules cannot be read must not start to serve
        self.get_response = get_response
        self._async = iscoroutinefunction(get_response)
        if self._async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Any:
        if self._async:
            return self._acall(request)
        response: HttpResponseBase = self.get_response(request)
        if _matters(request, response):
            settle(request, response)
        return response

    async def _acall(self, request: HttpRequest) -> HttpResponseBase:
        handler = cast(Callable[[HttpRequest], Awaitable[HttpResponseBase]], self.get_response)
        response = await handler(request)
        if _matters(request, response):
            await sync_to_async(settle)(request, response)
        return response


def settle(request: HttpRequest, response: HttpResponseBase) -> None:
    """Hold one answer to the policy and to what its person chose."""
    governance = active()
    rules = declared(governance)
    enforced = conf().MODE == "enforce"
    chosen = Chosen(request, rules)
    page = _is_page(response)
    if response.cookies or RAW in response.headers or rules.governed or rules.former:
        gate = Gate(request, rules, chosen, place=_place(request), enforced=enforced)
        gate.settle(response)
        if page or request.method not in _SAFE:
            gate.end_refused(response)
    own = _own(request, rules)
    allowed = tuple(id for id, embed in rules.embeds.items() if chosen(embed.purpose))
    if "Link" in response.headers:
        _settle_links(request, response, own, rules, allowed, enforced=enforced)
    if page or HEADER in response.headers:
        _settle_csp(request, response, governance, own, allowed, enforced=enforced)
    if page:
        response.headers.setdefault("X-DNS-Prefetch-Control", "off")
        if rules.governed:
            patch_vary_headers(response, ("Cookie", "Sec-GPC", "DNT"))
    if enforced and _chose(request) and _nothing_to_keep(rules, chosen):
        response.headers["Clear-Site-Data"] = '"storage"'
    tally().flush()


def _matters(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Whether the answer holds anything that is judged: pictures and the like do not."""
    headers = response.headers
    return (
        bool(response.cookies)
        or _is_page(response)
        or RAW in headers
        or HEADER in headers
        or "Link" in headers
        or request.method not in _SAFE
    )


def _is_page(response: HttpResponseBase) -> bool:
    kind = response.headers.get("Content-Type", "")
    return kind.startswith(("text/html", "application/xhtml"))


def _place(request: HttpRequest) -> str:
    try:
        return place_of(request)
    except AttributeError:  # refused before Django made it a request with a path
        return ""


def _own(request: HttpRequest, rules: Declared) -> frozenset[str]:
    own = {urlsplit(conf().SITE_URL).netloc.lower(), *rules.hosts}
    with suppress(DisallowedHost):
        own.add(request.get_host().lower())
    return frozenset(own)


def _settle_links(
    request: HttpRequest,
    response: HttpResponseBase,
    own: frozenset[str],
    rules: Declared,
    allowed: tuple[str, ...],
    *,
    enforced: bool,
) -> None:
    may = own | {host_of(rules.embeds[id].origin) for id in allowed}
    text, refused = without_outside(
        response.headers["Link"], lambda address: host_of_address(address) in may
    )
    for address in refused:
        host = host_of_address(address)
        tally().note(
            Kept(_place(request), "", f"outside:{host}", "link", "csp-link", enforced),
            f"a `Link` header would have made browsers call on `{host}`",
            "take it out; after a yes the embed calls its host by itself",
        )
    if refused and enforced:
        if text:
            response.headers["Link"] = text
        else:
            del response.headers["Link"]


def _settle_csp(
    request: HttpRequest,
    response: HttpResponseBase,
    governance: Active,
    own: frozenset[str],
    allowed: tuple[str, ...],
    *,
    enforced: bool,
) -> None:
    ground = response.headers.get(HEADER, GROUND)
    found = _settled(governance, ground, own, allowed, secure=request.is_secure())
    for directive, source in found.refused:
        tally().note(
            Kept(_place(request), "", f"outside:{source}", "load", "csp-origin", enforced),
            f"`{directive}` let pages load from `{source}`, which no rule of the policy allows now",
            "take it out of the site's content policy, or declare it under `embeds:` in"
            " policy.yaml",
        )
    if enforced:
        response.headers[HEADER] = found.text
    elif found.refused or HEADER not in response.headers:
        response.headers.setdefault(REPORT_ONLY, found.text)
    if request.is_secure() and "report-to" in found.text:
        response.headers.setdefault("Reporting-Endpoints", f'{REPORT_TO}="{_reports()}"')


def _settled(
    governance: Active, ground: str, own: frozenset[str], allowed: tuple[str, ...], *, secure: bool
) -> Settled:
    """The header for one ground and one set of embeds: worked out once, unless it holds a
    nonce and so will not come again."""
    kept: dict[Any, Settled] = governance.kept.setdefault(_KEY, {})
    key = (ground, own, allowed, secure)
    found = kept.get(key)
    if found is None:
        embeds = declared(governance).embeds
        report = _reports()
        found = settled(
            ground,
            own=own,
            allowed=[embeds[id] for id in allowed],
            report=report,
            # Browsers that know `report-to` then leave `report-uri` alone, and send their
            # reports under https only.
            group=REPORT_TO if secure and report else "",
        )
        if "'nonce-" not in ground and len(kept) < _MOST_KEPT:
            kept[key] = found
    return found


def _reports() -> str:
    """Where browsers report what they refused; empty on a site without Upheld's pages."""
    try:
        return reverse("upheld:browser-reports")
    except NoReverseMatch:
        return ""


def _chose(request: HttpRequest) -> bool:
    match = request.resolver_match
    return request.method == "POST" and match is not None and match.view_name.startswith(_CHOICES)


def _nothing_to_keep(rules: Declared, chosen: Chosen) -> bool:
    """Whether the policy has something in storage and none of it may stay: only then is it
    honest to clear all, since a browser cannot be told which keys."""
    named = {*rules.storage.values(), *(rule for _, rule in rules.storage.begun)}
    return bool(named) and not any(chosen(rule.purpose) for rule in named)
