from django.apps import AppConfig


class ServicesConfig(AppConfig):
    name = "sites.service_studio.services"
    label = "services"
    verbose_name = "Services"
    default_auto_field = "django.db.models.BigAutoField"
