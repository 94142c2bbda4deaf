"""The log of payment notifications: digests and verdicts, never what they said."""

from __future__ import annotations

from django.db import models


class PaymentNotice(models.Model):
    """One notification, however often it came.

    `digest` is SHA-256 of `provider:event id` for a verified one (so a repetition is
    known again) and of `forged:provider:body` for a forged one, which can therefore never
    take a true event's place.
    """

    class Verdict(models.TextChoices):
        SETTLED = "settled", "looked again, payment settled"
        NOTHING_NEW = "nothing_new", "looked again, nothing changed"
        NOT_OURS = "not_ours", "about nothing this shop settles"
        MISMATCH = "mismatch", "order or amount is not the one asked for"
        FORGED = "forged", "no valid signature"

    digest = models.CharField(max_length=64, unique=True)
    provider = models.CharField(max_length=16)
    verdict = models.CharField(max_length=16, choices=Verdict.choices)
    came = models.PositiveIntegerField(default=1)
    """How often it came; more than one = replayed."""
    first_at = models.DateTimeField(auto_now_add=True)
    last_at = models.DateTimeField(auto_now=True)

    class Meta:
        app_label = "payments"

    def __str__(self) -> str:
        return f"{self.provider} {self.verdict} ×{self.came}"
