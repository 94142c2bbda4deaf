"""Return cases: what comes back, why, and how far it has got."""

from __future__ import annotations

from django.db import models


class State(models.TextChoices):
    ASKED = "asked", "Asked for"
    ACCEPTED = "accepted", "Accepted: waiting for the goods"
    RECEIVED = "received", "Goods received: refund next"
    REFUNDING = "refunding", "Refund under way"
    REFUNDED = "refunded", "Refunded"
    REFUSED = "refused", "Refused"


class Reason(models.TextChoices):
    MIND = "mind", "I changed my mind"
    FAULTY = "faulty", "It is faulty"
    DAMAGED = "damaged", "It arrived damaged"
    WRONG = "wrong", "It is not what I ordered"


CLOSED = (State.REFUNDED, State.REFUSED)


class ReturnCase(models.Model):
    """One request of a buyer. `words` are the buyer's, `answer` is the desk's."""

    order = models.ForeignKey("order.Order", on_delete=models.CASCADE, related_name="returns")
    state = models.CharField(max_length=12, choices=State.choices, default=State.ASKED)
    reason = models.CharField(max_length=8, choices=Reason.choices)
    words = models.TextField(blank=True)
    answer = models.TextField(blank=True)
    cents = models.PositiveIntegerField(default=0)
    """What is given back, in cents of US dollars."""
    opened_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "aftersales"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"return {self.pk}: {self.state}"

    @property
    def dollars(self) -> float:
        return self.cents / 100


class ReturnLine(models.Model):
    """One product of a case and how many pieces of it come back."""

    case = models.ForeignKey(ReturnCase, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey("order.Line", on_delete=models.CASCADE, related_name="returned")
    quantity = models.PositiveSmallIntegerField()

    class Meta:
        app_label = "aftersales"
        constraints = [models.UniqueConstraint(fields=["case", "line"], name="one_line_a_case")]

    def __str__(self) -> str:
        return f"{self.quantity} × line {self.line_id}"
