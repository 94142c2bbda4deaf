"""The name of a page: its route, with the few words of its address that the policy lets in.

An address as it was typed is never stored: it may hold a number of an order, a token of a mail
or somebody's e-mail address.
"""

from __future__ import annotations

import re
from typing import Any

from django.urls import Resolver404, ResolverMatch, resolve

from upheld.browser.visits.rules import Rule
from upheld.datamap.active import active

LONGEST = 120
_WORDS = re.compile(r"[a-z0-9]+(?:[-/][a-z0-9]+)*")
_TOKEN = re.compile(r"[0-9]{5,}|(?:[0-9]+[a-z]+){2,}|[a-z0-9]{21,}")
_OWN = ("upheld:notice", "upheld:promise", "upheld:choices")
"""Of the engine's own pages these are counted; on others people are seen to."""


def page_of(match: ResolverMatch | None, rule: Rule) -> str:
    """The page's name; empty when it is not counted."""
    if match is None:
        return ""
    route = match.view_name or match.route
    if not is_counted(route, rule):
        return ""
    words = [_plain(match.kwargs.get(name)) for name in rule.parts.get(route, ())]
    return " ".join([route, *filter(None, words)])[:LONGEST]


def is_counted(route: str, rule: Rule) -> bool:
    """Whether pages of this route are counted at all."""
    if (route.startswith("upheld:") and route not in _OWN) or is_staff_work(route):
        return False
    return not route.startswith("admin:") and not any(
        route == one or (one.endswith("*") and route.startswith(one[:-1])) for one in rule.leave_out
    )


def is_staff_work(route: str) -> bool:
    """Whether the route serves a purpose of staff posts: a handful of people who are known."""
    governance = active()
    purpose = governance.policy.purposes.get(governance.datamap.purpose_for_route(route) or "")
    return purpose is not None and bool(purpose.posts)


def page_at(path: str, rule: Rule) -> str:
    """The name of the page at a path of this site; empty when it has none."""
    try:
        return page_of(resolve(path), rule)
    except Resolver404:
        return ""


def _plain(value: Any) -> str:
    """Words of an address that people read: no number of more than four digits, no token."""
    text = str(value or "")
    return text if len(text) <= 80 and _WORDS.fullmatch(text) and not _TOKEN.search(text) else ""
