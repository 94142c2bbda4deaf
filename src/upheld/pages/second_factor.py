"""A fresh second factor before the desks that ask for one: `second_factor: true` of a post.

The proof is kept in the session for an hour; a session that is stolen later opens no desk.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from urllib.parse import urlencode

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.module_loading import import_string

from upheld.conf import conf
from upheld.context import current, purpose
from upheld.datamap.active import active
from upheld.policy.types import AUTHENTICATION
from upheld.ports import Enrolling, SecondFactor
from upheld.rights.requests.tallies import TooOften, count

FRESH_SECONDS = 3600
SESSION_KEY = "upheld_second_factor_at"
MOST_TRIES = 20
"""In an hour."""

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


class CodeForm(forms.Form):
    """The one question a second factor asks."""

    code = forms.CharField(
        label="Code from your app, or a recovery code",
        max_length=32,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}
        ),
    )


def factor() -> SecondFactor | None:
    """What checks second factors here; None = nothing does."""
    return import_string(conf().SECOND_FACTOR)() if conf().SECOND_FACTOR else None


def has_factor(request: HttpRequest) -> bool:
    """True when the person signed in has set a second factor up."""
    checker = factor()
    with purpose(AUTHENTICATION):
        return checker is not None and checker.has(request.user)


def is_fresh(request: HttpRequest) -> bool:
    """True within an hour of the last time this session showed a second factor."""
    at = request.session.get(SESSION_KEY)
    return isinstance(at, int | float) and 0 <= time.time() - at < FRESH_SECONDS


def post_required(post: str) -> Callable[[View[P]], View[P]]:
    """Let only holders of `post` in, with a fresh second factor where the policy asks for it.

    Visitors sign in first, others get 403, holders without the proof go and show it.
    """

    def guard(view: View[P]) -> View[P]:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if post not in current().actor.posts:
                raise PermissionDenied(f"this page is for the post `{post}`")
            rule = active().policy.posts.get(post)
            if rule is not None and rule.second_factor and not is_fresh(request):
                query = urlencode({"next": request.get_full_path()})
                return HttpResponseRedirect(f"{reverse('upheld:second-factor')}?{query}")
            return view(request, *args, **kwargs)

        return cast(View[P], guarded)

    return guard


def take(request: HttpRequest, code: str) -> bool:
    """Check a code of the person signed in and remember that it was shown. Raises `TooOften`."""
    checker = factor()
    count(f"second factor {request.user.pk}", most=MOST_TRIES)
    with purpose(AUTHENTICATION):
        right = checker is not None and checker.check(request.user, code.replace(" ", ""))
    if right:
        request.session[SESSION_KEY] = time.time()
        request.session.cycle_key()
    return right


@login_required
def confirm(request: HttpRequest) -> HttpResponse:
    """Ask for a code; go on to `next` when it is right."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
        target = reverse("upheld:console")
    if not has_factor(request):
        alone = isinstance(factor(), Enrolling)
        return render(request, "upheld/second_factor_missing.html", {"alone": alone}, status=403)
    form = CodeForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            if take(request, form.cleaned_data["code"]):
                return redirect(target)
            form.add_error("code", "This code is not right. Each code works once.")
        except TooOften as error:
            form.add_error("code", f"Too many wrong codes: {error.hint}.")
            status = 429
    return render(
        request, "upheld/second_factor.html", {"form": form, "next": target}, status=status
    )
