"""Where a visitor came from: the host of another site, or a page of this one."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

LONGEST = 2000
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_NUMBER = re.compile(r"[0-9]{4,}|(?:[0-9]+[a-z]+){3,}")
TOKEN = 21
"""Signs of a label from which on it is taken for a token."""


def host_of(address: str) -> tuple[str, str]:
    """Split a `Referer` into (host, path); two empty texts when it is no web address.

    Name, password, port, query and fragment are never looked at again.
    """
    if len(address) > LONGEST:
        return "", ""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return "", ""
    if parts.scheme not in ("http", "https"):
        return "", ""
    return host.rstrip(".").lower(), parts.path


def outside(host: str) -> str:
    """The host as it is stored: a public name without labels that look like somebody's own;
    empty for addresses and names of inner networks."""
    try:
        labels = host.encode("idna").decode("ascii").split(".")
    except UnicodeError:
        return ""
    inner = ("local", "internal", "lan", "home", "corp", "localhost", "onion", "arpa")
    plain = all(_LABEL.fullmatch(label) for label in labels)
    if len(labels) < 2 or not plain or labels[-1] in inner or labels[-1].isdecimal():
        return ""
    while len(labels) > 2 and _is_token(labels[0]):
        labels = labels[1:]
    if any(_is_token(label) for label in labels[:-1]):
        return ""
    return ".".join(labels)[:100]


def _is_token(label: str) -> bool:
    return not label.startswith("xn--") and (
        len(label) >= TOKEN or _NUMBER.search(label) is not None
    )
