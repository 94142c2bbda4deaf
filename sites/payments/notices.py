"""Receiving notifications: verify, know repetitions, look again, write down the verdict."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Mapping

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from sites.payments.models import PaymentNotice
from sites.payments.seam import ForgedNotice, PaymentProvider

Verdict = PaymentNotice.Verdict
Settle = Callable[[str], PaymentNotice.Verdict]
"""Given a hosted page's reference: ask the provider, settle, say what came of it."""

LARGEST = 64 * 1024
"""Bytes of a notification; a longer one is forged by definition."""
logger = logging.getLogger("sites.payments")


def receive(
    provider: PaymentProvider, body: bytes, headers: Mapping[str, str], settle: Settle
) -> PaymentNotice:
    """Take in one notification and return its log row.

    The row and what `settle` changes are committed together: if the provider cannot be
    asked just now, nothing is written, the error goes up and the provider sends it again.
    """
    try:
        if len(body) > LARGEST:
            raise ForgedNotice("too long")
        notice = provider.read_notice(body, headers)
    except ForgedNotice:
        row = _note(f"forged:{provider.name}:".encode() + body, provider.name, Verdict.FORGED)
        logger.warning("payment notification refused: %s, row %s", row.verdict, row.pk)
        return row
    name = f"{provider.name}:{notice.event}".encode()
    with transaction.atomic():
        row, new = PaymentNotice.objects.select_for_update().get_or_create(
            digest=hashlib.sha256(name).hexdigest(),
            defaults={"provider": provider.name, "verdict": Verdict.NOT_OURS},
        )
        if not new:
            logger.warning("payment notification repeated: row %s", row.pk)
            return _count(row)
        if notice.reference:
            row.verdict = settle(notice.reference)
            row.save(update_fields=["verdict"])
    return row


def _note(what: bytes, provider: str, verdict: Verdict) -> PaymentNotice:
    with transaction.atomic():
        row, new = PaymentNotice.objects.select_for_update().get_or_create(
            digest=hashlib.sha256(what).hexdigest(),
            defaults={"provider": provider, "verdict": verdict},
        )
        return row if new else _count(row)


def _count(row: PaymentNotice) -> PaymentNotice:
    PaymentNotice.objects.filter(pk=row.pk).update(came=F("came") + 1, last_at=timezone.now())
    row.refresh_from_db()
    return row
