from django.apps import AppConfig


class DispatchConfig(AppConfig):
    name = "sites.appliance_shop.dispatch"
    label = "dispatch"
    verbose_name = "Dispatch desk"
    default_auto_field = "django.db.models.BigAutoField"
