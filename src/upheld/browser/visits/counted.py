"""Whether a request is counted at all: asked before anything of it is looked at."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from upheld import consent
from upheld.browser.visits.agents import Agent, agent_of
from upheld.browser.visits.rules import Rule, rule_in_force

_ANSWER = "_upheld_visit_rule"


def counted(request: HttpRequest) -> Rule | None:
    """The rule by which this request is counted; None = nothing of it is kept.

    A signal of the browser refuses, also where the purpose leaves no choice. Answered once a
    request, so that page, script and cookie agree.
    """
    if _ANSWER not in request.__dict__:
        request.__dict__[_ANSWER] = _asked(request)
    found: Rule | None = request.__dict__[_ANSWER]
    return found


def _asked(request: HttpRequest) -> Rule | None:
    rule = rule_in_force()
    if rule is None or (not rule.has_choice and consent.signal(request)):
        return None
    return rule if consent.allows(request, rule.purpose) else None


def agent_behind(request: HttpRequest) -> Agent:
    """The browser that asks."""
    return agent_of(header(request, "HTTP_USER_AGENT"))


def header(request: HttpRequest, name: str) -> str:
    """A header as text, empty when it is missing."""
    value: Any = request.META.get(name)
    return value if isinstance(value, str) else ""
