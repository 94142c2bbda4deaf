"""Who works on mailings: holders of a post of a purpose that people are mailed for."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from upheld.context import current
from upheld.datamap.active import active
from upheld.mail.campaigns import rules
from upheld.pages.second_factor import is_fresh
from upheld.policy.types import Purpose

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def own_purposes() -> dict[str, Purpose]:
    """Return the mailing purposes of the posts that whoever acts now holds."""
    posts = current().actor.posts
    found = rules.purposes(active().policy)
    return {id: rule for id, rule in found.items() if not posts.isdisjoint(rule.posts)}


def mailing_post_required(view: View[P]) -> View[P]:
    """Let only holders of such a post in, with a fresh second factor where one of those posts
    asks for it. Visitors sign in first, others get 403."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        mine = own_purposes()
        if not mine:
            raise PermissionDenied("this page is for posts that send mailings")
        posts = {post for rule in mine.values() for post in rule.posts} & current().actor.posts
        known = active().policy.posts
        strict = any(known[post].second_factor for post in posts if post in known)
        if strict and not is_fresh(request):
            query = urlencode({"next": request.get_full_path()})
            return HttpResponseRedirect(f"{reverse('upheld:second-factor')}?{query}")
        return view(request, *args, **kwargs)

    return cast(View[P], guarded)
