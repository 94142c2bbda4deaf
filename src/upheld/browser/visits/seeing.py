"""From a request and its answer to what is kept of a page view."""

from __future__ import annotations

import hmac
from hashlib import blake2b

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from upheld.browser.visits import moments
from upheld.browser.visits.addresses import Address, address_of, country_of
from upheld.browser.visits.agents import Agent
from upheld.browser.visits.buckets import SPEED, bucket
from upheld.browser.visits.counted import agent_behind, header
from upheld.browser.visits.languages import language_of
from upheld.browser.visits.numbers import number_of
from upheld.browser.visits.pages import page_at, page_of
from upheld.browser.visits.referrers import host_of, outside
from upheld.browser.visits.rules import Rule
from upheld.browser.visits.seen import Seen
from upheld.conf import conf

UNKNOWN = "(unknown)"
"""The page of a fault at an address that no route has."""


def is_page(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Whether somebody was shown a page: no part of one, nothing fetched ahead, no file."""
    return (
        request.method == "GET"
        and response.status_code == 200
        and response.headers.get("Content-Type", "").startswith("text/html")
        and header(request, "HTTP_SEC_FETCH_DEST") in ("", "document")
        and "prefetch" not in header(request, "HTTP_SEC_PURPOSE")
        and header(request, "HTTP_PURPOSE") != "prefetch"
        and not header(request, "HTTP_HX_REQUEST")
        and header(request, "HTTP_X_REQUESTED_WITH") != "XMLHttpRequest"
    )


def view(request: HttpRequest, rule: Rule, took: float) -> Seen | None:
    """A page view that took `took` milliseconds to answer; None when it is not counted."""
    page = page_of(request.resolver_match, rule)
    agent = agent_behind(request)
    if not page or agent.bot:
        return None
    address = address_of(request.META, conf().PROXIES)
    previous, referrer = _came_from(request, rule)
    store = rule.store
    day, hour = moments.now()
    return Seen(
        day,
        hour,
        "view",
        page,
        previous,
        referrer,
        language_of(header(request, "HTTP_ACCEPT_LANGUAGE")) if "language" in store else "",
        country_of(address) if "country" in store else "",
        _browser(agent, store),
        agent.system if "system" in store else "",
        agent.device if "device" in store else "",
        number=bucket(took, SPEED) if "speed" in store else 0,
        visitor=_visitor(address, header(request, "HTTP_USER_AGENT")),
        visit=number_of(request, rule),
    )


def fault(request: HttpRequest, rule: Rule, status: int) -> Seen | None:
    """A page that went wrong, whoever asked for it: nothing but which, and how."""
    if "faults" not in rule.store:
        return None
    page = UNKNOWN if request.resolver_match is None else page_of(request.resolver_match, rule)
    day, hour = moments.now()
    return Seen(day, hour, "fault", page.split(" ")[0], number=status) if page else None


def _browser(agent: Agent, store: frozenset[str]) -> str:
    if "browser" not in store:
        return ""
    return f"{agent.browser} {agent.version}".strip() if "version" in store else agent.browser


def _came_from(request: HttpRequest, rule: Rule) -> tuple[str, str]:
    """(page of this site, host of another), of which one at most is not empty."""
    host, path = host_of(header(request, "HTTP_REFERER"))
    if not host:
        return "", ""
    if host == request.get_host().rpartition(":")[0] or host == request.get_host():
        return (page_at(path, rule) if "path" in rule.store else ""), ""
    return "", (outside(host) if "referrer" in rule.store else "")


def _visitor(address: Address | None, agent: str) -> bytes:
    """What tells visitors of a day apart; without the site's secret key it tells nothing."""
    if address is None:
        return b""
    return blake2b(f"{address} {agent}".encode("utf-8", "replace"), key=secret()).digest()[:16]


def secret() -> bytes:
    """The key of digests that wait in memory, made of the site's secret key."""
    return hmac.digest(settings.SECRET_KEY.encode(), b"upheld.visits", "sha256")
