"""Oscar's checkout with our steps, and without Oscar's trail of what a person buys."""

from __future__ import annotations

from typing import Any

from django.urls import path
from oscar.apps.checkout import apps


class CheckoutConfig(apps.CheckoutConfig):  # type: ignore[misc] # Oscar ships no types
    name = "sites.appliance_shop.apps.checkout"

    def get_urls(self) -> list[Any]:
        from sites.appliance_shop.apps.checkout import paying, steps

        urls = [
            path("", steps.Who.as_view(), name="index"),
            path("delivery/", steps.Where.as_view(), name="shipping-address"),
            path("method/", steps.How.as_view(), name="shipping-method"),
            path("review/", steps.Review.as_view(), name="preview"),
            path("pay/", paying.Pay.as_view(), name="pay"),
            path("return/<str:number>/", paying.Return.as_view(), name="return"),
            path("unpaid/", paying.Unpaid.as_view(), name="unpaid"),
            path("thank-you/", paying.ThankYou.as_view(), name="thank-you"),
        ]
        return self.post_process_urls(urls)
