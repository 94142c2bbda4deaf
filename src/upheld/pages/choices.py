"""Choices: every purpose that rests on consent, on one page, each one click either way."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from upheld import consent
from upheld.context import purpose
from upheld.datamap.active import active
from upheld.pages.person import subject_of
from upheld.pages.sentences import promises
from upheld.policy.types import OWN, Policy, Purpose
from upheld.rights.reasons import purpose_title


def choices(request: HttpRequest) -> HttpResponse:
    """Show the choices; a POST with `purpose` and `answer` (yes|no) makes one."""
    policy = active().policy
    offered = list(consent.choices(policy).values())
    if not request.user.is_authenticated:
        return render(
            request,
            "upheld/choices_visitor.html",
            {"cookies": cookies(policy), "offered": [purpose_title(r) for r in offered]},
        )
    subject = subject_of(request)
    if request.method == "POST":
        rule = next((r for r in offered if r.id == request.POST.get("purpose")), None)
        answer = request.POST.get("answer")
        if rule is None or answer not in ("yes", "no"):
            raise Http404
        _record(subject, rule, granted=answer == "yes")
        messages.success(request, f"{purpose_title(rule)}: {'yes' if answer == 'yes' else 'no'}.")
        return redirect("upheld:choices")
    state = consent.state(subject)
    return render(
        request,
        "upheld/choices.html",
        {
            "choices": [_shown(rule, state[rule.id]) for rule in offered],
            "cookies": cookies(policy),
        },
    )


def cookies(policy: Policy) -> list[dict[str, Any]]:
    """The declared cookies, each with its purpose in plain words."""
    return [
        {
            "name": cookie.id,
            "why": purpose_title(policy.purposes[cookie.purpose]),
            "days": cookie.days,
            "asked": cookie.needs_consent,
        }
        for cookie in policy.cookies.values()
    ]


def wording_of(rule: Purpose) -> str:
    """The sentence a person answers yes or no to; kept in the ledger word for word."""
    by = f" by {rule.channel}" if rule.channel and rule.channel not in purpose_title(rule) else ""
    return f"{purpose_title(rule)}{by}"


def _record(subject: str, rule: Purpose, *, granted: bool) -> None:
    with purpose(OWN):
        consent.record(
            subject,
            rule.id,
            granted,
            wording=wording_of(rule),
            version=active().policy.updated.isoformat(),
            place="choices page",
            method="button",
        )


def _shown(rule: Purpose, choice: consent.State) -> dict[str, Any]:
    return {
        "id": rule.id,
        "wording": wording_of(rule),
        "granted": choice.granted,
        "since": choice.since,
        "promises": promises(rule.says),
    }
