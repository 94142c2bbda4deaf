"""How often something may be tried: counted in the database, so that all workers count alike."""

from __future__ import annotations

import time

from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import F
from django.utils.crypto import salted_hmac

from upheld.errors import RightsError
from upheld.rights.requests.models import Tally

HOUR = 3600


class TooOften(RightsError):
    """It was tried too often. `seconds` = how long to wait."""

    code = "rights.too_often"


def count(what: str, *, most: int, using: str = DEFAULT_DB_ALIAS) -> None:
    """Count one more `what`. Raises `TooOften` beyond `most` within an hour by the clock.

    Call it outside the transaction of the thing itself, so that a failure still counts. What
    was counted in earlier hours is deleted on the way.
    """
    now = int(time.time())
    stretch = now // HOUR
    name = salted_hmac("upheld.tally", what, algorithm="sha256").hexdigest()
    with transaction.atomic(using=using):
        rows = Tally.objects.using(using)
        rows.bulk_create([Tally(what=name, stretch=stretch, count=0)], ignore_conflicts=True)
        found = rows.filter(what=name, stretch=stretch)
        allowed = found.filter(count__lt=most).update(count=F("count") + 1)
        rows.filter(stretch__lt=stretch).delete()
    if not allowed:
        left = (stretch + 1) * HOUR - now
        raise TooOften(
            "this was tried too often", hint=f"try again in {-(-left // 60)} minutes", seconds=left
        )
