from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "sites.appliance_shop.desk"
    label = "desk"
    verbose_name = "Staff desks"
    default_auto_field = "django.db.models.BigAutoField"
