"""When a visitor signs in, their choices become the person's; see `merging` for the rule."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from upheld.consent.browsing import reference_of_account
from upheld.consent.merging import merge
from upheld.consent.visitors import visitor_of
from upheld.context import purpose
from upheld.datamap.active import active
from upheld.policy.types import OWN

_MERGED = "_upheld_merged"


def merge_at_sign_in(sender: object, request: HttpRequest | None, user: Any, **_: Any) -> None:
    """Take over what the browser's visitor chose. The sign-in fails if that fails: then the
    cookie is still there, and the next one tries again."""
    visitor = None if request is None else visitor_of(request, active().policy)
    if request is None or visitor is None:
        return
    member = reference_of_account(user.pk)
    with purpose(OWN, subject=member):
        merge(visitor, member)
    setattr(request, _MERGED, True)


def is_merged(request: HttpRequest) -> bool:
    """Whether the visitor of this request's cookie is no more."""
    return bool(getattr(request, _MERGED, False))
