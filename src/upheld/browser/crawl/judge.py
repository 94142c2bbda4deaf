"""Holding what was seen to what is declared and allowed."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from upheld.browser.crawl.seen import Finding, Seen, Walk, Walker
from upheld.browser.names import Declared
from upheld.policy.types import Policy

UNDECLARED = "the policy does not declare it"
EARLY = "it came although `{}` is not agreed to"
_SLACK_DAYS = 0.1


def walkers(policy: Policy, declared: Declared, *, login: bool) -> list[Walker]:
    """Who walks: a visitor, one who refuses, one with Global Privacy Control, one who agrees
    to each purpose alone and then withdraws, and with `login` somebody signed in."""
    standing = frozenset(id for id in declared.governed if policy.purposes[id].default == "in")
    found = [Walker("visitor", standing)]
    if declared.governed:
        found.append(Walker("refusing", frozenset(), (("all", "no"),)))
        found.append(Walker("with a signal", frozenset(), signal=True))
    found += [
        Walker(f"agreeing to {id}", frozenset({id}), (("all", "no"), (id, "yes")))
        for id in sorted(declared.governed)
    ]
    if login:
        found.append(Walker("signed in", standing, signed_in=True))
    return found


def judge(walk: Walk, declared: Declared, site: str) -> Iterator[Finding]:
    """Yield what is wrong with a walk over the site at origin `site`."""
    allowed = walk.walker.allowed
    for seen in walk.met.values():
        why = _why(seen, declared, allowed, urlsplit(site).hostname or "")
        if why:
            yield Finding(seen.kind, seen.name, seen.page, walk.walker.name, why)
    for page, message in walk.trouble:
        yield Finding("page", page, page, walk.walker.name, message)


def _why(seen: Seen, declared: Declared, allowed: frozenset[str], host: str) -> str:
    if seen.kind in ("request", "hint"):
        embed = next((e for e in declared.embeds.values() if _same(e.origin, seen.name)), None)
        if embed is None:
            return UNDECLARED + ("; the page's content policy stopped it" if seen.stopped else "")
        return "" if _may(embed.purpose, declared, allowed) else EARLY.format(embed.purpose)
    if seen.kind == "cookie":
        if seen.host.lstrip(".") != host:
            owners = [
                e for e in declared.embeds.values() if urlsplit(e.origin).hostname == seen.host
            ]
            if any(_may(embed.purpose, declared, allowed) for embed in owners):
                return ""
            return f"it belongs to `{seen.host}`, another host"
        cookie = declared.cookies.of(seen.name)
        if cookie is None:
            return UNDECLARED
        if not _may(cookie.purpose, declared, allowed):
            return EARLY.format(cookie.purpose)
        if seen.host.startswith("."):
            return "it goes to other hosts of the domain too"
        if seen.days > cookie.days + _SLACK_DAYS:
            return f"it stays {seen.days:.0f} days, declared are {cookie.days}"
        return ""
    key = declared.storage.of(seen.name)
    if key is None or key.kind != seen.kind:
        return UNDECLARED
    return "" if _may(key.purpose, declared, allowed) else EARLY.format(key.purpose)


def _may(purpose: str, declared: Declared, allowed: frozenset[str]) -> bool:
    return purpose not in declared.governed or purpose in allowed


def _same(declared: str, met: str) -> bool:
    scheme, star, rest = declared.partition("*.")
    return met == declared or (bool(star) and met.startswith(scheme) and met.endswith(f".{rest}"))
