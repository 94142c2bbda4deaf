"""How often one browser, and one address, may change choices: a flood ends in a clear answer.

Counted in Django's cache, by keyed digests: no address is kept. With a cache of its own in each
process each process counts for itself.
"""

from __future__ import annotations

import time

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from upheld.errors import ConsentError

STRETCH = 600
"""Seconds that are counted together."""
PER_CHOOSER = 60
"""Times that one person or visitor may send choices within a stretch."""
PER_ADDRESS = 300
"""Times that one address may: many people can be behind one."""


class TooOften(ConsentError):
    """Choices were sent too often. `data["seconds"]` = how long to wait. Nothing was changed."""

    code = "consent.too_often"


def count(request: HttpRequest, chooser: str | None) -> None:
    """Count one more attempt. Raises `TooOften` beyond either limit."""
    now = int(time.time())
    stretch = now // STRETCH
    limits = [(f"address {request.META.get('REMOTE_ADDR', '')}", PER_ADDRESS)]
    if chooser is not None:
        limits.append((f"chooser {chooser}", PER_CHOOSER))
    for what, most in limits:
        key = _key(what, stretch)
        cache.add(key, 0, STRETCH)
        try:
            tries = cache.incr(key)
        except ValueError:  # it went between the two calls: then there is room
            continue
        if tries > most:
            left = (stretch + 1) * STRETCH - now
            raise TooOften(
                "choices were changed very often",
                hint=f"try again in {-(-left // 60)} minutes; nothing was changed",
                seconds=left,
            )


def _key(what: str, stretch: int) -> str:
    digest = salted_hmac("upheld.consent.limits", what, algorithm="sha256").hexdigest()
    return f"upheld-choices-{stretch}-{digest}"
