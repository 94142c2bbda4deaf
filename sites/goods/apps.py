from django.apps import AppConfig


class GoodsConfig(AppConfig):
    name = "sites.goods"
    label = "goods"
    verbose_name = "Goods"
    default_auto_field = "django.db.models.BigAutoField"
