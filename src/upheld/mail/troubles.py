"""Addresses that are mailed less: nobody is there, it does not work, the person complained.

Three causes, three lengths. A hard bounce ends marketing until a yes that is given later; a
contract mail is still tried, since a mistaken bounce must not cost anybody their order. Soft
bounces count up to `MOST_SOFT` within `SOFT_DAYS`, then rest as long. A complaint ends
marketing like an erasure does. All by keyed digests; see `upheld.consent.suppression`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DEFAULT_DB_ALIAS, transaction
from django.utils import timezone

from upheld import consent
from upheld.consent.addresses import canonical
from upheld.keyring import sealer
from upheld.mail.models import MailTrouble

MOST_SOFT = 5
SOFT_DAYS = timedelta(days=14)
_SCOPE = "-:mail.trouble"
_SLICE = 500
_WHY = {
    MailTrouble.HARD: "bounce",
    MailTrouble.SOFT: "bounce",
    MailTrouble.COMPLAINT: "complaint",
    MailTrouble.ASKED: "asked",
}


@dataclass(frozen=True, slots=True)
class Stop:
    """Why an address is not mailed and since when."""

    why: str
    since: datetime


def digest_of(address: str, *, using: str = DEFAULT_DB_ALIAS) -> str:
    """Return the keyed digest that stands for an address in the tables of mail."""
    return sealer(using).blind(_SCOPE, canonical(address))


def note(digest: str, kind: str, *, using: str = DEFAULT_DB_ALIAS) -> MailTrouble:
    """Note one bounce or complaint about the address with this digest."""
    now = timezone.now()
    with transaction.atomic(using=using):
        row, new = (
            MailTrouble.objects.using(using)
            .select_for_update()
            .get_or_create(digest=digest, kind=kind, defaults={"since": now})
        )
        if kind == MailTrouble.SOFT:
            fresh = row.until is not None and row.until < now
            row.count = 1 if new or fresh else row.count + 1
            row.until = now + SOFT_DAYS
        row.since = now
        row.save(using=using)
    return row


def stopped(addresses: Iterable[str], *, using: str = DEFAULT_DB_ALIAS) -> dict[str, Stop]:
    """Return those of many addresses that get no mail by choice now, with why.

    Not to be asked for mail that people are owed, which bounces and complaints do not end.
    """
    wanted = sorted({address for address in addresses if address})
    if not wanted:
        return {}
    found = {
        address: Stop("erasure", since)
        for address, since in consent.suppressed(wanted, using=using).items()
    }
    by_digest: dict[str, list[str]] = {}
    for address in wanted:
        by_digest.setdefault(digest_of(address, using=using), []).append(address)
    keys = sorted(by_digest)
    for start in range(0, len(keys), _SLICE):
        rows = MailTrouble.objects.using(using).filter(digest__in=keys[start : start + _SLICE])
        for row in rows:
            if _rests(row):
                continue
            for address in by_digest[row.digest]:
                if address not in found or found[address].since < row.since:
                    found[address] = Stop(_WHY[row.kind], row.since)
    return found


def lifted(stop: Stop, subject: str, purpose: str, *, using: str = DEFAULT_DB_ALIAS) -> bool:
    """Whether the person said yes after mail to them was stopped: then they want it again."""
    state = consent.state(subject, using=using).get(purpose)
    return bool(state and state.granted and state.since and state.since > stop.since)


def _rests(row: MailTrouble) -> bool:
    """Whether a soft bounce does not count: too few of them, or long ago."""
    if row.kind != MailTrouble.SOFT:
        return False
    return row.count < MOST_SOFT or row.until is None or row.until < timezone.now()
