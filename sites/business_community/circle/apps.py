from django.apps import AppConfig


class CircleConfig(AppConfig):
    name = "sites.business_community.circle"
    label = "circle"
    verbose_name = "Circle"
    default_auto_field = "django.db.models.BigAutoField"
