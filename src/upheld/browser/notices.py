"""What a page asks or tells about cookies and outside content, before any template."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

from upheld import consent
from upheld.browser.chosen import Chosen
from upheld.browser.declared import declared
from upheld.consent.offered import before_choice
from upheld.datamap.active import active
from upheld.policy.types import Policy
from upheld.rights.reasons import purpose_title

CHOICES = "upheld:choices"
SIGNALS = {
    "gpc": "Global Privacy Control",
    "dnt": "Do Not Track",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One purpose of the banner. `before` = what holds until somebody answers."""

    purpose: str
    title: str
    says: str
    before: bool


@dataclass(frozen=True, slots=True)
class Notice:
    """What the end of a page says: `asks` by a banner, or that a `signal` was honoured.

    `forget` are (kind, name) of storage keys that may stay no longer; a name may end in `*`.
    """

    asks: tuple[Asked, ...]
    signal: str
    forget: tuple[tuple[str, str], ...]


def notice_for(request: HttpRequest) -> Notice:
    """Return what the page of `request` has to ask and to tell."""
    governance = active()
    rules = declared(governance)
    if not rules.governed:
        return Notice((), "", ())
    policy = governance.policy
    chosen = Chosen(request, rules)
    asking = not _is_choices(request)
    asks = tuple(
        _asked(policy, id)
        for id in consent.asks(request)
        if asking and id in rules.governed and policy.purposes[id].basis == "consent"
    )
    signal = consent.signal(request)
    honoured = signal if any(not chosen(id) for id in rules.governed) else ""
    forget = tuple(
        (rule.kind, rule.id) for rule in policy.storage.values() if not chosen(rule.purpose)
    )
    return Notice(asks, SIGNALS.get(honoured, ""), forget)


def _is_choices(request: HttpRequest) -> bool:
    """The page of choices asks by itself."""
    match = request.resolver_match
    return match is not None and match.view_name.startswith(CHOICES)


def _asked(policy: Policy, id: str) -> Asked:
    rule = policy.purposes[id]
    return Asked(id, purpose_title(rule), what_for(policy, id), before_choice(rule))


def what_for(policy: Policy, purpose: str) -> str:
    """What a yes to `purpose` brings into the browser, in a sentence."""
    hosts = [
        embed.name or host(embed.origin)
        for embed in policy.embeds.values()
        if embed.purpose == purpose
    ]
    keeps = [c.id for c in policy.cookies.values() if c.purpose == purpose]
    keeps += [s.id for s in policy.storage.values() if s.purpose == purpose]
    parts = []
    if hosts:
        parts.append(
            f"Loads content of {_and(hosts)}, an outside service that may gather data on what"
            " you do here."
        )
    if keeps:
        parts.append(f"Keeps {_and(keeps)} in your browser.")
    return " ".join(parts)


def host(origin: str) -> str:
    """The host of an origin, as people read it."""
    return origin.partition("//")[2]


def _and(words: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))
