"""What the script of a page may tell: how long it was looked at, how it loaded, what failed.

Every value is of a short list or falls into a bucket. What does not fit refuses the whole
beacon: nothing is stored of a message that is not understood.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from upheld.browser.visits import moments
from upheld.browser.visits.buckets import DWELL, SPEED, bucket
from upheld.browser.visits.marks import page_by
from upheld.browser.visits.rules import Rule
from upheld.browser.visits.seen import Seen
from upheld.errors import VisitRefused

LONGEST = 1024
"""Bytes of a beacon."""
KEYS = frozenset({"page", "seconds", "loaded", "events", "errors"})
ERRORS = (
    "Error",
    "EvalError",
    "RangeError",
    "ReferenceError",
    "SecurityError",
    "SyntaxError",
    "TypeError",
    "URIError",
    "promise",
    "resource",
)
"""Faults of a script by kind. Its message is not taken: it may quote what somebody typed."""
MOST = 10
"""Events or errors of one beacon."""
A_DAY = 86_400


def told(body: bytes, rule: Rule, visit: bytes) -> list[Seen]:
    """Read a beacon. Raises `VisitRefused`; what the policy does not store is passed over."""
    said = _mapping(body)
    page = page_by(said.get("page"))
    day, hour = moments.now()
    seen: list[Seen] = []
    if "dwell" in rule.store and "seconds" in said:
        seconds = bucket(_number(said, "seconds", A_DAY), DWELL)
        seen.append(Seen(day, hour, "dwell", page, number=seconds, visit=visit))
    if "speed" in rule.store and "loaded" in said:
        loaded = bucket(_number(said, "loaded", A_DAY * 1000), SPEED)
        seen.append(Seen(day, hour, "load", page, number=loaded))
    for name in _names(said, "events", rule.events):
        seen.append(Seen(day, hour, "event", page, detail=name))
    for name in _names(said, "errors", frozenset(ERRORS)):
        if "faults" in rule.store:
            seen.append(Seen(day, hour, "error", page, detail=name))
    return seen


def _mapping(body: bytes) -> dict[str, Any]:
    if len(body) > LONGEST:
        raise VisitRefused("the beacon is too long", hint=f"send at most {LONGEST} bytes")
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise VisitRefused("the beacon is no JSON object", hint='send `{"page": ...}`')
    unknown = sorted(said.keys() - KEYS)
    if unknown:
        raise VisitRefused(
            "the beacon says something unknown", hint="known: " + ", ".join(sorted(KEYS))
        )
    return said


def _number(said: dict[str, Any], key: str, most: float) -> float:
    value = said[key]
    # True is 1 in Python; not a number and infinity pass neither comparison.
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise VisitRefused(f"`{key}` of the beacon is no number that can be", hint="0 or more")
    return float(value)


def _names(said: dict[str, Any], key: str, known: frozenset[str]) -> Iterator[str]:
    names = said.get(key, [])
    if not isinstance(names, list) or len(names) > MOST:
        raise VisitRefused(f"`{key}` of the beacon is no short list", hint=f"at most {MOST} names")
    for name in names:
        if not isinstance(name, str) or name not in known:
            raise VisitRefused(
                f"`{key}` of the beacon has a name that is not known",
                hint="known: " + (", ".join(sorted(known)) or "none"),
            )
        yield name
