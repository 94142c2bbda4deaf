"""How often something may be tried: counted in the database, so that all workers count alike."""

from __future__ import annotations

import time
from hashlib import sha256

from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import F

from upheld.errors import RightsError
from upheld.rights.requests.models import Tally


class TooOften(RightsError):
    """It was tried too often. `seconds` = how long to wait."""

    code = "rights.too_often"


def count(what: str, *, most: int, seconds: int, using: str = DEFAULT_DB_ALIAS) -> None:
    """Count one more `what`. Raises `TooOften` beyond `most` within a stretch of `seconds`.

    Call it outside the transaction of the thing itself, so that a failure still counts.
    """
    now = int(time.time())
    stretch = now // seconds
    name = sha256(f"{what}|{seconds}".encode()).hexdigest()
    with transaction.atomic(using=using):
        rows = Tally.objects.using(using)
        rows.bulk_create([Tally(what=name, stretch=stretch, count=0)], ignore_conflicts=True)
        found = rows.filter(what=name, stretch=stretch)
        allowed = found.filter(count__lt=most).update(count=F("count") + 1)
        rows.filter(what=name, stretch__lt=stretch).delete()
    if not allowed:
        left = (stretch + 1) * seconds - now
        raise TooOften(
            "this was tried too often", hint=f"try again in {-(-left // 60)} minutes", seconds=left
        )
