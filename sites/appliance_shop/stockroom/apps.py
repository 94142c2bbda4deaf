from django.apps import AppConfig


class StockroomConfig(AppConfig):
    name = "sites.appliance_shop.stockroom"
    label = "stockroom"
    verbose_name = "Catalogue desk"
    default_auto_field = "django.db.models.BigAutoField"
