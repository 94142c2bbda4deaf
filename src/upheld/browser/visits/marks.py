"""What a page knows of itself for its script: its name, signed, with the day it was shown.

A beacon without a mark of this site is not taken, so nobody can invent pages or fill the
statistics with words; a mark is worth nothing after the next day.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.core.signing import BadSignature, Signer

from upheld.browser.visits.moments import now
from upheld.errors import VisitRefused

_SALT = "upheld.browser.visits"
LONGEST = 300


def mark_of(page: str) -> str:
    """The mark of a page that is shown now."""
    return Signer(salt=_SALT).sign(f"{now().day.isoformat()} {page}")


def page_by(mark: object) -> str:
    """The page that a mark names. Raises `VisitRefused`."""
    if not isinstance(mark, str) or len(mark) > LONGEST:
        raise VisitRefused("the beacon names no page", hint="send the mark of the page as `page`")
    try:
        day, _, page = Signer(salt=_SALT).unsign(mark).partition(" ")
    except BadSignature:
        raise VisitRefused(
            "the beacon's page was not shown by this site", hint="send the mark as it stands there"
        ) from None
    age = now().day - date.fromisoformat(day)
    if not timedelta(0) <= age <= timedelta(days=1):
        raise VisitRefused("the beacon's page was shown too long ago", hint="load the page again")
    return page
