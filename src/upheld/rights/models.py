"""What the rights engine keeps: one receipt for each erasure, holding no personal data."""

from __future__ import annotations

from django.db import models


class ErasureReceipt(models.Model):
    """Proof that an erasure was done, and what stays, why, until when.

    `person` is a random id given to the person on the receipt; it is not derived from
    anything and leads nowhere. `content` is the receipt's JSON; `event` the id of the log's
    event that holds its digest.
    """

    person = models.CharField(max_length=32, unique=True)
    done_at = models.DateTimeField()
    content = models.JSONField()
    event = models.CharField(max_length=32, blank=True, default="")

    class Meta:
        app_label = "upheld"
        db_table = "upheld_erasurereceipt"
        ordering = ["-done_at"]

    def __str__(self) -> str:
        return f"erasure {self.person}"
