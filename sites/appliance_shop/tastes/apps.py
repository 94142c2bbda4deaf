from django.apps import AppConfig


class TastesConfig(AppConfig):
    name = "sites.appliance_shop.tastes"
    label = "tastes"
    verbose_name = "Tastes"
    default_auto_field = "django.db.models.BigAutoField"
