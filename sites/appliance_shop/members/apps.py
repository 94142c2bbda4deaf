"""What the shop keeps about a member beside Django's user row."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class MembersConfig(AppConfig):
    name = "sites.appliance_shop.members"
    label = "members"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from sites.appliance_shop.members.site_row import name_the_site

        post_migrate.connect(name_the_site, sender=self, dispatch_uid="shop-site-row")
