"""The language a browser asks for: its first subtag, of those that have a name."""

from __future__ import annotations

import re

from django.conf.locale import LANG_INFO

KNOWN = frozenset(tag.split("-")[0] for tag in LANG_INFO)
LONGEST = 200
_ONE = re.compile(r"\s*([A-Za-z]{2,3})(?:-[A-Za-z0-9-]+)?\s*(?:;\s*q=([0-9.]{1,5})\s*)?")


def language_of(header: str) -> str:
    """The most wanted known language of an `Accept-Language` header; empty when there is none."""
    best, weight = "", 0.0
    for part in header[:LONGEST].split(","):
        match = _ONE.fullmatch(part)
        if match is None or match[1].lower() not in KNOWN:
            continue
        wanted = _weight(match[2])
        if wanted > weight:
            best, weight = match[1].lower(), wanted
    return best


def _weight(text: str | None) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0
