from django.apps import AppConfig


class ServiceMailConfig(AppConfig):
    name = "sites.appliance_shop.servicemail"
    label = "servicemail"
    verbose_name = "Service mail"
    default_auto_field = "django.db.models.BigAutoField"
