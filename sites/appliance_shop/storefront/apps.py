"""The shop's own pages, template tags and sample data."""

from __future__ import annotations

from django.apps import AppConfig


class StorefrontConfig(AppConfig):
    name = "sites.appliance_shop.storefront"
    label = "storefront"

    def ready(self) -> None:
        from sites.appliance_shop.storefront.categories import watch

        watch()
