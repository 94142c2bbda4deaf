from django.apps import AppConfig


class BoardsConfig(AppConfig):
    name = "sites.boards"
    label = "boards"
    verbose_name = "Boards"
    default_auto_field = "django.db.models.BigAutoField"
