"""The buyer's card: how to reach them, and where bills go."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Buyer(models.Model):
    """One row a buyer. Everything on it is optional."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="buyer"
    )
    phone = models.CharField(max_length=40, blank=True)
    billing_address = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"buyer {self.user_id}"
