"""A whole crawl: everybody walks, everything is judged."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

from upheld.browser.crawl.judge import judge, walkers
from upheld.browser.crawl.limits import Limits, origin_of
from upheld.browser.crawl.seen import Finding, Walk, Walker
from upheld.browser.crawl.walk import Login, Walking, browser
from upheld.browser.names import Declared
from upheld.policy.types import Policy

START = ("/", "/privacy/", "/privacy/choices/")
_AGAIN = 3
"""Pages looked at again after a withdrawal."""


@dataclass(frozen=True, slots=True)
class Crawled:
    """What came of a crawl of `site`."""

    site: str
    walks: tuple[Walk, ...]
    findings: tuple[Finding, ...]


def crawl(
    address: str,
    policy: Policy,
    declared: Declared,
    *,
    limits: Limits | None = None,
    login: Login | None = None,
    start: tuple[str, ...] = START,
) -> Crawled:
    """Walk the site at `address` and hold it to `policy`.

    Raises `ConfigurationError` for an address that may not be walked, and without a browser.
    """
    bounds = Limits() if limits is None else limits
    site = origin_of(address, bounds)
    end = time.monotonic() + bounds.seconds
    with browser() as opened:
        walks = [
            walk
            for walker in walkers(policy, declared, login=login is not None)
            for walk in _walked(Walking(opened, site, walker, bounds, end), walker, start, login)
        ]
    findings = [found for walk in walks for found in judge(walk, declared, site)]
    return Crawled(site, tuple(walks), tuple(findings))


def _walked(
    walking: Walking, walker: Walker, start: tuple[str, ...], login: Login | None
) -> Iterator[Walk]:
    """Walk; who had agreed to something withdraws it and looks again."""
    try:
        walk = walking.go(list(start), login)
        yield walk
        if walker.answers and walker.allowed and walk.pages:
            if walking.answer((("all", "no"),)):
                after = Walker(
                    f"after withdrawing {', '.join(sorted(walker.allowed))}", frozenset()
                )
                yield walking.look_again(walk.pages[:_AGAIN], after)
            else:
                yield walking.walk
    finally:
        walking.close()
