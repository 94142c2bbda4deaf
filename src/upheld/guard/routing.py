"""Why a request runs: the purpose of its route, who acts, and for whom."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.http import HttpRequest
from django.urls import Resolver404, resolve

from upheld.context import VISITOR, Actor, Context, purpose
from upheld.datamap.active import Active, active
from upheld.datamap.references import reference_of
from upheld.policy.types import AUTHENTICATION

GUEST_KEY = "upheld_subject"
"""Session key that holds the subject of a person without an account."""
_POST = "post:"


def context_of(request: HttpRequest, user: Any) -> Context:
    """Return the context a request starts with. Runs at most one query, for posts."""
    governance = active()
    place = place_of(request)
    name = governance.datamap.purpose_for_route(place) if place else None
    actor = actor_of(governance, user)
    return Context(
        name, actor, _subject(governance, request, user, actor, name), place, uuid4().hex
    )


def place_of(request: HttpRequest) -> str:
    """The route's name with its namespaces; the path's pattern when it has none."""
    match = request.resolver_match
    if match is None:
        try:
            match = resolve(request.path_info, getattr(request, "urlconf", None))
        except Resolver404:
            return ""
    return match.view_name or match.route


def actor_of(governance: Active, user: Any) -> Actor:
    """The signed-in account as an actor, with the posts its groups give; else a visitor."""
    if user is None or not user.is_authenticated or not user.is_active:
        return VISITOR
    ref = reference_of(governance.datamap, user) or f"account:{user.pk}"
    if not user.is_staff:
        return Actor("member", ref)
    with purpose(AUTHENTICATION):
        names = user.groups.filter(name__startswith=_POST).values_list("name", flat=True)
        posts = frozenset(name.removeprefix(_POST) for name in names)
    return Actor("staff", ref, posts)


def _subject(
    governance: Active, request: HttpRequest, user: Any, actor: Actor, name: str | None
) -> str | None:
    """For whom: a person acting for themselves; staff at work act for no one in particular."""
    rule = governance.policy.purposes.get(name or "")
    if actor.kind == "staff" and rule is not None and rule.may.rows != "own":
        return None
    if actor is not VISITOR:
        return actor.ref
    session = getattr(request, "session", None)
    # A look into a session that was never made would start one for every visitor.
    if session is None or not session.session_key:
        return None
    with purpose(AUTHENTICATION):
        held = session.get(GUEST_KEY)
    return held if isinstance(held, str) else None


def remember_guest(request: HttpRequest, subject: str) -> None:
    """Let a visitor act as `subject` (`guest:<index>`) for the rest of the session.

    Call it where the visitor has shown to be that person: at the end of a checkout, by a
    link in a mail. Takes effect with the next request.
    """
    with purpose(AUTHENTICATION):
        request.session[GUEST_KEY] = subject
