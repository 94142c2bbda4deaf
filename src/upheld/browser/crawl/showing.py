"""A crawl as text and as plain data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from upheld.browser.crawl.crawling import Crawled


def lines(crawled: Crawled) -> Iterator[str]:
    """Yield what a person reads."""
    for walk in crawled.walks:
        met = sorted({f"{seen.kind} {seen.name}" for seen in walk.met.values()})
        yield f"{walk.walker.name}: {len(walk.pages)} pages; {', '.join(met) or 'nothing kept'}"
    for finding in dict.fromkeys(crawled.findings):
        yield f"FOUND  {finding}"
    number = len(set(crawled.findings))
    yield f"{crawled.site}: {number} finding{'' if number == 1 else 's'}"


def data(crawled: Crawled) -> dict[str, Any]:
    """Return the same for `--json`."""
    return {
        "site": crawled.site,
        "walks": [
            {
                "walker": walk.walker.name,
                "pages": walk.pages,
                "met": [asdict(seen) for seen in walk.met.values()],
            }
            for walk in crawled.walks
        ],
        "findings": [asdict(finding) for finding in dict.fromkeys(crawled.findings)],
    }
