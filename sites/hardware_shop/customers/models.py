"""The customer's card. What it is called is a nickname; no legal name is asked for."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Customer(models.Model):
    """One row a customer. `organisation` and its number are empty for private people."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="customer"
    )
    phone = models.CharField(max_length=40, blank=True)
    postal_address = models.TextField(blank=True)
    invoice_address = models.TextField(blank=True)
    organisation = models.CharField(max_length=150, blank=True)
    organisation_number = models.CharField(max_length=40, blank=True)

    def __str__(self) -> str:
        return f"customer {self.user_id}"
