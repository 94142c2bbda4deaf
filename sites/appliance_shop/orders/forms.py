"""Delivery details of an order that has not left yet."""

from __future__ import annotations

from sites.appliance_shop.apps.checkout.forms import DeliveryForm


class DetailsForm(DeliveryForm):
    """The same items and checks as at checkout, for this order alone."""
