"""A member of staff sets a second factor up alone: an app's secret, then codes for a lost phone.

Who may: staff who have just shown their password and, where they have a factor already, that
one too. The account's address is told by mail, so that nobody does it behind its owner's back.
"""

from __future__ import annotations

import time

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_http_methods

from upheld.context import current, purpose
from upheld.datamap.active import active
from upheld.pages import second_factor
from upheld.pages.fresh import fresh_sign_in_required
from upheld.pages.second_factor import CodeForm
from upheld.policy.types import AUTHENTICATION
from upheld.ports import Enrolling
from upheld.rights.requests.letters import deliver
from upheld.rights.requests.tallies import TooOften, count

OFFERED = "upheld_second_factor_offered"
"""Where the session keeps the secret that is shown, until a code of it was typed."""


@login_required
@require_http_methods(["GET", "POST"])
@fresh_sign_in_required
def enrol(request: HttpRequest) -> HttpResponseBase:
    """Offer a secret (GET); take the first code of it and show the recovery codes (POST)."""
    checker = second_factor.factor()
    if current().actor.kind != "staff":
        raise PermissionDenied("a second factor is for staff")
    if not isinstance(checker, Enrolling):
        return render(request, "upheld/second_factor_missing.html", {"alone": False}, status=403)
    if second_factor.has_factor(request) and not second_factor.is_fresh(request):
        return redirect(f"{reverse('upheld:second-factor')}?next={request.path}")
    secret = request.session.get(OFFERED)
    if not secret:
        secret = request.session[OFFERED] = checker.new_secret()
    form, status = CodeForm(request.POST or None), 200
    form.fields["code"].label = "The code that the app shows now"
    if request.method == "POST" and form.is_valid():
        try:
            count(f"second factor set up {request.user.pk}", most=second_factor.MOST_TRIES)
            with purpose(AUTHENTICATION):
                codes = checker.enrol(
                    request.user, secret, form.cleaned_data["code"].replace(" ", "")
                )
            if codes is not None:
                return _done(request, codes)
            form.add_error("code", "This code is not right. Is the clock of your phone right?")
        except TooOften as error:
            form.add_error("code", f"Too many wrong codes: {error.hint}.")
            status = 429
    with purpose(AUTHENTICATION):
        picture = checker.picture(request.user, secret)
    return render(
        request,
        "upheld/second_factor_new.html",
        {
            "form": form,
            # Made by our own code from a secret in base 32; nothing of it was typed by anybody.
            "picture": mark_safe(picture),  # noqa: S308
            "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        },
        status=status,
    )


def _done(request: HttpRequest, codes: tuple[str, ...]) -> HttpResponse:
    """Show the recovery codes, this once; tell the account's address."""
    del request.session[OFFERED]
    request.session[second_factor.SESSION_KEY] = time.time()
    request.session.cycle_key()
    controller = active().policy.controller
    with purpose(AUTHENTICATION):
        address = str(getattr(request.user, "email", "") or "")
    if "@" in address:
        text = render_to_string("upheld/letters/second_factor.txt", {"controller": controller})
        deliver(address, f"{controller.name}: a second factor was set up", text.strip() + "\n")
    messages.success(request, "Your second factor is set up.")
    answer = render(request, "upheld/second_factor_codes.html", {"codes": codes})
    answer["Cache-Control"] = "no-store"
    return answer
