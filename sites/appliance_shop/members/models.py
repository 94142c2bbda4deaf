"""The member's mobile number: mandatory at registration, and Django's user row has no place."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class MemberProfile(models.Model):
    """One row a member. `mobile` is in international form, `+` and digits."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="member_profile"
    )
    mobile = models.CharField(max_length=32)

    class Meta:
        verbose_name = "member profile"

    def __str__(self) -> str:
        return f"profile of member {self.user_id}"
