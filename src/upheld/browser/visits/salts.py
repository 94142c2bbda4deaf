"""The salt of the day: random, shared by the workers in one row, gone with the day.

Under it the same visitor has the same digest until midnight; afterwards nobody can say whose
a digest was, since it takes the salt to make it again. Destroyed with the first view of
another day, and by the sweep.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date
from hashlib import blake2b

from upheld.browser.visits.models import VisitSalt
from upheld.browser.visits.moments import now


def salts_now(using: str) -> Mapping[date, bytes]:
    """The salts by day, today's made if need be; every other is destroyed. What is returned
    may still hold yesterday's, for views that were seen before midnight and are written after.

    Within the caller's transaction: today's row stays locked to its end, so that one process
    writes at a time.
    """
    today = now().day
    rows = VisitSalt.objects.using(using)
    rows.bulk_create([VisitSalt(day=today, salt=secrets.token_hex(32))], ignore_conflicts=True)
    list(rows.select_for_update().filter(day=today))
    found = {row.day: bytes.fromhex(row.salt) for row in rows.all()}
    if len(found) > 1:
        destroy_others(today, using)
    return found


def destroy_others(today: date, using: str) -> int:
    """Destroy every salt but today's: also one of a day to come, left by a clock set wrong."""
    return VisitSalt.objects.using(using).exclude(day=today).delete()[0]


def digest(value: bytes, salt: bytes) -> int:
    """A 64-bit digest of `value` under a salt."""
    return int.from_bytes(blake2b(value, key=salt, digest_size=8).digest(), "big")
