from importlib import import_module

from django.apps import AppConfig
from django.conf import settings


class OrdersConfig(AppConfig):
    name = "sites.appliance_shop.orders"
    label = "orders"
    verbose_name = "Orders"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say what stands in the way of an erasure; without the guard there is none."""
        if settings.GUARD:
            import_module("sites.appliance_shop.orders.leaving")
