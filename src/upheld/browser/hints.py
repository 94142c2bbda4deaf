"""`Link` headers that make a browser call on an outside host before anybody chose."""

from __future__ import annotations

import re
from collections.abc import Callable

from upheld.browser.csp import host_of

CALLING = frozenset(
    ("preconnect", "dns-prefetch", "prefetch", "prerender", "preload", "modulepreload")
)
_ENTRY = re.compile(r'<([^>]*)>((?:"[^"]*"|[^",])*)')
_REL = re.compile(r';\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,"]+))', re.IGNORECASE)


def without_outside(text: str, may_call: Callable[[str], bool]) -> tuple[str, list[str]]:
    """Return the header without the entries whose host may not be called, and their addresses.

    `may_call(address)` is asked for whole addresses only; a path is the site's own.
    """
    kept, refused = [], []
    for found in _ENTRY.finditer(text):
        address = found[1].strip()
        rel = _REL.search(found[2])
        words = {word.lower() for word in (rel[1] or rel[2]).split()} if rel else set()
        if words & CALLING and host_of_address(address) and not may_call(address):
            refused.append(address)
        else:
            kept.append(found[0].strip())
    return ", ".join(kept), refused


def host_of_address(address: str) -> str:
    """The host that an address leads to, empty for a path."""
    return host_of(address) if "//" in address else ""
