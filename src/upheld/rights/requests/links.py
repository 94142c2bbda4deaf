"""Addresses of a request's pages, as they stand in mails."""

from __future__ import annotations

from uuid import UUID

from django.core import signing
from django.urls import NoReverseMatch, reverse

from upheld.conf import conf
from upheld.rights.requests.models import RightsRequest

SALT = "upheld.request"


def token_of(id: UUID) -> str:
    """The token that stands for a request in a link; it opens its state, never its data."""
    return signing.dumps(id.hex, salt=SALT, compress=False)


def request_in(token: str) -> UUID | None:
    """The request behind a token; None for one that we did not make."""
    try:
        return UUID(hex=signing.loads(token, salt=SALT))
    except (signing.BadSignature, ValueError, TypeError, AttributeError):
        return None


def page_of(row: RightsRequest) -> str:
    """Where the person follows the request: signed in, or by the link in their mails.

    Empty in a project that does not show Upheld's pages.
    """
    try:
        if row.channel == "member_centre":
            path = reverse("upheld:me-request", args=[row.pk])
        else:
            path = reverse("upheld:request", args=[token_of(row.pk)])
    except NoReverseMatch:
        return ""
    return conf().SITE_URL + path
