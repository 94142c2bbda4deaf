"""Staff posts: a post is the group `post:<id>`, and each desk belongs to one."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

PREFIX = "post:"
View = Callable[..., HttpResponse]


def posts_of(user: Any) -> frozenset[str]:
    """Return the posts that a person holds; nobody who is not active staff holds any."""
    if not (user.is_authenticated and user.is_active and user.is_staff):
        return frozenset()
    if not hasattr(user, "_posts"):
        names = user.groups.filter(name__startswith=PREFIX).values_list("name", flat=True)
        user._posts = frozenset(name.removeprefix(PREFIX) for name in names)
    posts: frozenset[str] = user._posts
    return posts


def holds(post: str) -> Callable[[View], View]:
    """Let only holders of `post` in: visitors sign in first, others get 403."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if post not in posts_of(request.user):
                raise PermissionDenied(f"this desk is for the post `{post}`")
            return view(request, *args, **kwargs)

        guarded.post = post  # type: ignore[attr-defined] # read by tests that list the doors
        return guarded

    return guard
