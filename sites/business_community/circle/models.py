"""The member's card: how to reach them at home or at work."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Profile(models.Model):
    """One row a member. Everything on it is optional. `kind` says whether the address is
    a home or a place of business."""

    class Kind(models.TextChoices):
        HOME = "home", "At home"
        BUSINESS = "business", "At work"

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="profile"
    )
    phone = models.CharField(max_length=40, blank=True)
    address = models.TextField(blank=True)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.BUSINESS)
    billing_address = models.TextField(blank=True)
    delivery_address = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"profile {self.user_id}"
