from django.apps import AppConfig


class BuyersConfig(AppConfig):
    name = "sites.software_shop.buyers"
    label = "buyers"
    verbose_name = "Buyers"
    default_auto_field = "django.db.models.BigAutoField"
