"""Visitors who chose: a random number in a signed cookie, and nothing else about them.

The cookie is made when somebody makes a choice and never before, so whoever chooses nothing is
nobody. A cookie that was forged, cut short, signed elsewhere or that is older than the policy
lets it be is as good as none.
"""

from __future__ import annotations

from datetime import timedelta

from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import get_random_string

from upheld.conf import conf
from upheld.policy.types import Policy

KIND = "visitor"
LENGTH = 20
SALT = "upheld.choices"
DAYS = 180
"""For a policy that does not say how many days its choices cookie lasts."""
_LONGEST = 200
"""Characters; a genuine cookie is far shorter."""


def new_visitor() -> str:
    """Return a reference for a visitor who was nobody so far: `visitor:` and 20 characters."""
    return f"{KIND}:{get_random_string(LENGTH)}"


def is_visitor(subject: str) -> bool:
    """Whether a reference is that of a visitor."""
    return subject.startswith(f"{KIND}:")


def lasts(policy: Policy) -> timedelta:
    """Return how long a visitor's choices last, as the policy declares the cookie."""
    declared = policy.cookies.get(conf().CHOICES_COOKIE)
    return timedelta(days=declared.days if declared is not None and declared.days else DAYS)


def visitor_of(request: HttpRequest, policy: Policy) -> str | None:
    """Return the visitor whose genuine cookie came with the request, None without one."""
    value = request.COOKIES.get(conf().CHOICES_COOKIE, "")
    if not value or len(value) > _LONGEST:
        return None
    try:
        name = signing.TimestampSigner(salt=SALT).unsign(value, max_age=lasts(policy))
    except signing.BadSignature:
        return None
    return f"{KIND}:{name}" if len(name) == LENGTH else None


def remember(response: HttpResponseBase, visitor: str, policy: Policy, *, secure: bool) -> None:
    """Set the cookie of `visitor`, for as long as the policy says from now."""
    response.set_cookie(
        conf().CHOICES_COOKIE,
        signing.TimestampSigner(salt=SALT).sign(visitor.partition(":")[2]),
        max_age=lasts(policy),
        secure=secure,
        httponly=True,
        samesite="Lax",
    )


def forget_cookie(response: HttpResponseBase) -> None:
    """Take the cookie away."""
    response.delete_cookie(conf().CHOICES_COOKIE, samesite="Lax")
