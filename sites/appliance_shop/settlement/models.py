"""What the shop keeps about money: reference, amount, success or failure, time."""

from __future__ import annotations

from django.db import models


class Outcome(models.TextChoices):
    OPEN = "open", "not decided yet"
    SUCCESS = "success", "success"
    FAILURE = "failure", "failure"


class Payment(models.Model):
    """One attempt to pay an order, always in US dollars. An order may have several; at
    most one of them succeeds and stays (a second success is given back)."""

    order = models.ForeignKey("order.Order", on_delete=models.CASCADE, related_name="payments")
    attempt = models.PositiveSmallIntegerField()
    provider = models.CharField(max_length=16)
    reference = models.CharField(max_length=100, blank=True, db_index=True)
    """The hosted page, empty until the provider has opened it."""
    payment = models.CharField(max_length=100, blank=True)
    """The money taken, empty before success; refunds name it."""
    cents = models.PositiveIntegerField()
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.OPEN)
    started_at = models.DateTimeField(auto_now_add=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "settlement"
        constraints = [
            models.UniqueConstraint(fields=["order", "attempt"], name="one_payment_an_attempt"),
            models.UniqueConstraint(
                fields=["provider", "reference"],
                condition=~models.Q(reference=""),
                name="one_payment_a_reference",
            ),
        ]
        ordering = ["order_id", "attempt"]

    def __str__(self) -> str:
        return f"payment {self.pk}: {self.outcome}"

    @property
    def dollars(self) -> float:
        return self.cents / 100


class Refund(models.Model):
    """Money given back, always in US dollars. `key` makes carrying it out repeatable."""

    payment = models.ForeignKey(Payment, on_delete=models.CASCADE, related_name="refunds")
    key = models.CharField(max_length=64, unique=True)
    reference = models.CharField(max_length=100, blank=True)
    cents = models.PositiveIntegerField()
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.OPEN)
    asked_at = models.DateTimeField(auto_now_add=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "settlement"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"refund {self.pk}: {self.outcome}"

    @property
    def dollars(self) -> float:
        return self.cents / 100
