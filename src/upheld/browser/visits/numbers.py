"""The number of a visit: a random cookie, apart from the session, that lives a day at most.

It is set only where the policy names the cookie and the visitor may be counted. What is stored
of it is a digest under the salt of the day: when the salt is gone, whoever holds the cookie
finds no row by it.
"""

from __future__ import annotations

import re
import secrets

from django.http import HttpRequest, HttpResponseBase

from upheld.browser.visits.moments import seconds_left
from upheld.browser.visits.rules import Rule

_NUMBER = re.compile(r"[A-Za-z0-9_-]{16}")
_GIVEN = "_upheld_visit_number"


def number_of(request: HttpRequest, rule: Rule) -> bytes:
    """The number of the visit that the request belongs to, a new one when it has none; empty
    where visits have no numbers."""
    if not rule.cookie:
        return b""
    held = number_held(request, rule)
    if not held:
        held = request.__dict__.setdefault(_GIVEN, secrets.token_urlsafe(12)).encode()
    return held


def number_held(request: HttpRequest, rule: Rule) -> bytes:
    """The number that the browser holds, empty when it holds none."""
    held = request.COOKIES.get(rule.cookie, "") if rule.cookie else ""
    return held.encode() if _NUMBER.fullmatch(held) else b""


def give(request: HttpRequest, response: HttpResponseBase, rule: Rule) -> None:
    """Set the cookie, if this request made the number."""
    given = request.__dict__.get(_GIVEN)
    if given is not None:
        response.set_cookie(
            rule.cookie,
            given,
            max_age=seconds_left(),
            secure=request.is_secure(),
            httponly=True,
            samesite="Lax",
        )


def take_away(request: HttpRequest, response: HttpResponseBase, name: str) -> None:
    """Delete the cookie of somebody who is not counted any more."""
    if name and name in request.COOKIES:
        response.delete_cookie(name)
