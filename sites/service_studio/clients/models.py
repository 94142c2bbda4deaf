"""The client's card: how to reach them, their company, where invoices go."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Client(models.Model):
    """One row a client. Everything on it is optional."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="client"
    )
    phone = models.CharField(max_length=40, blank=True)
    company = models.CharField(max_length=150, blank=True)
    billing_address = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"client {self.user_id}"
