"""What the shop keeps about a member beside Django's user row."""

from __future__ import annotations

from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "sites.appliance_shop.members"
    label = "members"
    default_auto_field = "django.db.models.BigAutoField"
