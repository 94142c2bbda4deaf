"""Receiving notifications: verify, know repetitions, look again, write down the verdict."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Mapping

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from sites.payments.models import PaymentNotice
from sites.payments.seam import ForgedNotice, PaymentProvider, Result

Verdict = PaymentNotice.Verdict
Settle = Callable[[Result], PaymentNotice.Verdict]
"""Given what the provider answered: settle it, say what came of it."""

LARGEST = 64 * 1024
"""Bytes of a notification; a longer one is forged by definition."""
logger = logging.getLogger("sites.payments")


def receive(
    provider: PaymentProvider, body: bytes, headers: Mapping[str, str], settle: Settle
) -> PaymentNotice:
    """Take in one notification and return its log row.

    The provider is asked before the transaction opens, so no lock waits for the network.
    The row and what `settle` changes are committed together: if the provider cannot be
    asked just now, nothing is written, the error goes up and the provider sends it again.
    """
    try:
        if len(body) > LARGEST:
            raise ForgedNotice("too long")
        notice = provider.read_notice(body, headers)
    except ForgedNotice:
        digest = hashlib.sha256(f"forged:{provider.name}:".encode() + body).hexdigest()
        row, _ = _note(digest, provider.name, Verdict.FORGED)
        logger.warning("payment notification refused: row %s", row.pk)
        return row
    digest = hashlib.sha256(f"{provider.name}:{notice.event}".encode()).hexdigest()
    if PaymentNotice.objects.filter(digest=digest).exists():
        return _note(digest, provider.name, Verdict.NOT_OURS)[0]
    result = provider.result(notice.reference) if notice.reference else None
    with transaction.atomic():
        row, new = _note(digest, provider.name, Verdict.NOT_OURS)
        if new and result is not None:
            row.verdict = settle(result)
            row.save(update_fields=["verdict"])
    return row


def _note(digest: str, provider: str, verdict: Verdict) -> tuple[PaymentNotice, bool]:
    with transaction.atomic():
        row, new = PaymentNotice.objects.get_or_create(
            digest=digest, defaults={"provider": provider, "verdict": verdict}
        )
        if not new:
            PaymentNotice.objects.filter(pk=row.pk).update(
                came=F("came") + 1, last_at=timezone.now()
            )
            row.refresh_from_db()
            logger.warning("payment notification repeated: row %s", row.pk)
    return row, new
