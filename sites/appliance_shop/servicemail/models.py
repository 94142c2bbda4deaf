"""Mails waiting to be sent. No address and no text is kept: both are read at sending."""

from __future__ import annotations

from django.db import models


class Kind(models.TextChoices):
    PAID = "paid", "payment received"
    GIVEN_UP = "given_up", "order given up unpaid"
    TOO_LATE = "too_late", "paid too late, money on its way back"
    DETAILS_MISSING = "details_missing", "mandatory details missing"
    DISPATCHED = "dispatched", "parcel on its way"
    RETURN_ASKED = "return_asked", "return request received"
    RETURN_ACCEPTED = "return_accepted", "return confirmed"
    RETURN_REFUSED = "return_refused", "return refused"
    RETURN_RECEIVED = "return_received", "returned goods received"
    REFUNDED = "refunded", "refund paid"
    REFUND_FAILED = "refund_failed", "refund could not be paid"


class QueuedMail(models.Model):
    """One mail about one order; `about` is the return case's key, 0 for the order itself."""

    order = models.ForeignKey("order.Order", on_delete=models.CASCADE, related_name="mails")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    about = models.PositiveBigIntegerField(default=0)
    queued_at = models.DateTimeField(auto_now_add=True)
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "servicemail"
        constraints = [
            models.UniqueConstraint(fields=["order", "kind", "about"], name="one_mail_a_kind")
        ]

    def __str__(self) -> str:
        return f"mail {self.pk}: {self.kind}"
