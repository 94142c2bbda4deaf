"""Which version of the notice was in force when an account was made."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Joined(models.Model):
    """One row a member. It is a note of a fact, never a consent: `notice` is the notice's date
    on the day of joining, and counts for no mail, no cookie and no outside content."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="joined"
    )
    notice = models.DateField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "joining"

    def __str__(self) -> str:
        return f"joining of member {self.user_id}"
