from oscar.apps.shipping import apps


class ShippingConfig(apps.ShippingConfig):  # type: ignore[misc] # Oscar ships no types
    name = "sites.appliance_shop.apps.shipping"
