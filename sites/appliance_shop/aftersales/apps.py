from django.apps import AppConfig


class AfterSalesConfig(AppConfig):
    name = "sites.appliance_shop.aftersales"
    label = "aftersales"
    verbose_name = "After-sales desk"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from sites.appliance_shop.aftersales.handling import refund_settled
        from sites.appliance_shop.settlement.refunds import listeners

        listeners.append(refund_settled)
