"""Fetching the copy: once, made in that moment, never kept."""

from __future__ import annotations

from typing import IO

from django.db import DEFAULT_DB_ALIAS, transaction
from django.utils import timezone

from upheld.errors import RightsError
from upheld.rights.export import build
from upheld.rights.requests.models import RightsRequest
from upheld.rights.requests.states import COPIES, FULFILLED
from upheld.rights.requests.steps import move


class NothingToCollect(RightsError):
    """There is no copy to fetch: it was fetched, its time is over, or none was promised."""

    code = "rights.nothing_to_collect"


def may_collect(row: RightsRequest) -> bool:
    """Tell whether a copy waits to be fetched."""
    return (
        row.state == FULFILLED
        and row.kind in COPIES
        and row.collected_at is None
        and bool(row.subject)
        and row.expires_at is not None
        and row.expires_at > timezone.now()
    )


def collect(row: RightsRequest, *, using: str = DEFAULT_DB_ALIAS) -> IO[bytes]:
    """Return the ZIP and take note that it was fetched. Raises `NothingToCollect`.

    Two clicks at once: one gets it. It is made before it counts as fetched, and both in one
    transaction, so a failure leaves it to be fetched again.
    """

    def once(found: RightsRequest) -> None:
        if not may_collect(found):
            raise NothingToCollect(
                "there is no copy to fetch", hint="ask for a new one: the last was given out once"
            )
        found.collected_at = timezone.now()

    with transaction.atomic(using=using):
        done = move(row.pk, "collect", change=once, using=using)
        return build(done.subject or "", using)
