"""What browsers report of a page's content policy: counted by origin and page, nothing else.

Anybody can post a report, and a report names addresses with what people searched for. So a
body is bounded, few of its parts are read, and of an address only the origin is kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve

from upheld.browser.tally import REPORTED, Kept, tally

LARGEST = 32 * 1024
"""Bytes of a body that are read; more is refused unread."""
MOST = 20
"""Reports of one body that are counted."""
_KEYWORDS = ("inline", "eval", "wasm-eval", "data", "blob", "self", "trusted-types-policy")


class Unreadable(ValueError):
    """The body is no report."""


def take(body: bytes) -> int:
    """Count the reports of one body and return how many. Raises `Unreadable`."""
    counted = 0
    for blocked, document, directive in _violations(body):
        if counted == MOST:
            break
        target = _origin(blocked)
        if not target:
            continue
        counted += 1
        tally().note(
            Kept(_page(document), "", f"outside:{target}", "load", REPORTED, True),
            f"a browser refused to load `{target}` (`{directive}`)",
            "find what asks for it with `upheld crawl`",
        )
    tally().flush()
    return counted


def _violations(body: bytes) -> Iterator[tuple[str, str, str]]:
    """Yield (what was blocked, the page, the directive), of `report-uri` and `report-to`."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        raise Unreadable from None
    entries: list[Any] = said if isinstance(said, list) else [said]
    for entry in entries[: MOST * 2]:
        if not isinstance(entry, dict):
            raise Unreadable
        old, new = entry.get("csp-report"), entry.get("body")
        if isinstance(old, dict):
            yield (
                _text(old, "blocked-uri"),
                _text(old, "document-uri"),
                _text(old, "violated-directive")[:40],
            )
        elif entry.get("type") == "csp-violation" and isinstance(new, dict):
            yield (
                _text(new, "blockedURL"),
                _text(new, "documentURL"),
                _text(new, "effectiveDirective")[:40],
            )


def _text(found: dict[str, Any], key: str) -> str:
    value = found.get(key)
    return value if isinstance(value, str) else ""


def _origin(address: str) -> str:
    """The origin of an address, a keyword as it is, empty when it is neither."""
    if address in _KEYWORDS:
        return address
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https", "ws", "wss") or not host or not host.isascii():
        return ""
    return f"{parts.scheme}://{host}{f':{port}' if port else ''}"


def _page(address: str) -> str:
    """The route of the page, empty when it is no page of this site."""
    try:
        match = resolve(urlsplit(address).path or "/")
    except (Resolver404, ValueError):
        return ""
    return match.view_name or match.route
