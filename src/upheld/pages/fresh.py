"""A fresh sign-in: the password again, and a code of the app for whoever has set one up, before
a copy leaves or an account goes."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from urllib.parse import urlencode

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from upheld.context import purpose
from upheld.pages import second_factor
from upheld.policy.types import AUTHENTICATION
from upheld.rights.requests.tallies import TooOften

FRESH_SECONDS = 600
SESSION_KEY = "upheld_fresh_at"

WRONG_CODE = "This code is not right. Each code works once."

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


class PasswordForm(forms.Form):
    """The one question a fresh sign-in asks."""

    password = forms.CharField(
        label="Your password",
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )


def is_fresh(request: HttpRequest) -> bool:
    """True within ten minutes of the last time this session showed the password."""
    at = request.session.get(SESSION_KEY)
    return isinstance(at, int | float) and 0 <= time.time() - at < FRESH_SECONDS


def fresh_sign_in_required(view: View[P]) -> View[P]:
    """Send a signed-in person to the password page first; visitors to the sign-in page."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if is_fresh(request):
            return view(request, *args, **kwargs)
        query = urlencode({"next": request.get_full_path()})
        return HttpResponseRedirect(f"{reverse('upheld:fresh')}?{query}")

    return cast(View[P], guarded)


@login_required
def confirm(request: HttpRequest) -> HttpResponse:
    """Ask for the password; go on to `next` when it is right."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
        target = reverse("upheld:me")
    form = PasswordForm(request.POST or None)
    if second_factor.has_factor(request):  # whoever has set one up shows it here too
        form.fields["code"] = second_factor.CodeForm.base_fields["code"]
    if request.method == "POST" and form.is_valid():
        if not _is_right(request, form.cleaned_data["password"]):
            form.add_error("password", "That is not your password. Please try again.")
        elif "code" in form.fields and not _code_is_right(request, form):
            form.add_error("code", WRONG_CODE)
        else:
            request.session[SESSION_KEY] = time.time()
            return redirect(target)
    return render(request, "upheld/fresh.html", {"form": form, "next": target})


def _code_is_right(request: HttpRequest, form: PasswordForm) -> bool:
    try:
        return second_factor.take(request, form.cleaned_data["code"])
    except TooOften:
        return False


def _is_right(request: HttpRequest, password: str) -> bool:
    """Go through the project's backends, so that their rate limits and signals apply."""
    with purpose(AUTHENTICATION):
        user = request.user
        names = dict.fromkeys((user.get_username(), getattr(user, "email", "")))
        for name in names:
            found = authenticate(request, username=name, password=password) if name else None
            if found is not None:
                return bool(found.pk == user.pk)
    return False
