from django.apps import AppConfig


class LookConfig(AppConfig):
    name = "sites.frame.look"
    label = "look"
    verbose_name = "Looks"
