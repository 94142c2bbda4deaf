"""A code to the address on file: shows that somebody reads that mailbox now.

It says nothing of who had the mailbox before. So it goes only to the address that was on file
when the request came: if the account has another one since, a code proves nothing and the
request needs a document.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Literal

from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from upheld.rights.identity.models import IdentityCode
from upheld.rights.identity.refusals import ProofRefused
from upheld.rights.requests.letters import post
from upheld.rights.requests.matching import address_on_file
from upheld.rights.requests.models import RightsRequest
from upheld.rights.requests.sealed import mark_of
from upheld.rights.requests.tallies import count

DIGITS = 8
LASTS = timedelta(minutes=15)
MOST_TRIES = 5
Aim = Literal["verify", "collect"]
_WRONG = "This code is not right, or no longer valid."


def send(row: RightsRequest, aim: Aim, using: str = DEFAULT_DB_ALIAS) -> None:
    """Mail a fresh code; earlier ones end. Raises `ProofRefused`, `TooOften`.

    At most three in an hour for a request, and ten for a person whatever they ask for.
    """
    address = address_on_file(row.subject, using) if row.subject else ""
    if not address:
        raise ProofRefused(
            "no address on file", words="We hold no address that a code could go to."
        )
    if not constant_time_compare(mark_of(address, using), row.address_mark):
        raise ProofRefused(
            "the address on file changed since the request came",
            words="The address on file has changed since you asked, so a code would prove "
            "nothing. Please show a document.",
        )
    count(f"code {row.pk}", most=3, using=using)
    count(f"codes {row.subject}", most=10, using=using)
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    now = timezone.now()
    with transaction.atomic(using=using):
        codes = IdentityCode.objects.using(using)
        codes.filter(request=row, aim=aim, used_at__isnull=True).update(expires_at=now)
        codes.create(
            request=row, aim=aim, digest=_digest(row, aim, code), sent_at=now,
            expires_at=now + LASTS,
        )  # fmt: skip
        post(row, "code", to=address, using=using, code=f"{code[:4]} {code[4:]}")


def check(row: RightsRequest, aim: Aim, given: str, using: str = DEFAULT_DB_ALIAS) -> None:
    """Take a code. Raises `ProofRefused` unless it is the newest, in time, unused and right.

    Every try counts before it is looked at, so guessing in parallel gains nothing.
    """
    now = timezone.now()
    digits = "".join(sign for sign in given if sign.isdigit())
    codes = IdentityCode.objects.using(using).filter(
        request=row, aim=aim, used_at__isnull=True, expires_at__gt=now
    )
    newest = codes.order_by("-pk").first()
    if newest is None or not codes.filter(pk=newest.pk, tries__lt=MOST_TRIES).update(
        tries=F("tries") + 1
    ):
        raise ProofRefused("no code is valid", words=f"{_WRONG} Please ask for a new one.")
    if not constant_time_compare(newest.digest, _digest(row, aim, digits)):
        raise ProofRefused("a wrong code", words=_WRONG)
    if not codes.filter(pk=newest.pk).update(used_at=now):
        raise ProofRefused("a code was used twice", words=f"{_WRONG} Please ask for a new one.")


def _digest(row: RightsRequest, aim: str, code: str) -> str:
    return salted_hmac(
        "upheld.identity-code", f"{row.pk} {aim} {code}", algorithm="sha256"
    ).hexdigest()
