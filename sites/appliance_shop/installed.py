"""Which apps the shop runs: Oscar's, with our forks in their places, and the shop's own."""

from __future__ import annotations

import importlib.util

import oscar

FORKS = {
    "oscar.apps.analytics.apps.AnalyticsConfig": (
        "sites.appliance_shop.apps.analytics.apps.AnalyticsConfig"
    ),
    "oscar.apps.catalogue.apps.CatalogueConfig": (
        "sites.appliance_shop.apps.catalogue.apps.CatalogueConfig"
    ),
    "oscar.apps.checkout.apps.CheckoutConfig": (
        "sites.appliance_shop.apps.checkout.apps.CheckoutConfig"
    ),
    "oscar.apps.customer.apps.CustomerConfig": (
        "sites.appliance_shop.apps.customer.apps.CustomerConfig"
    ),
    "oscar.apps.partner.apps.PartnerConfig": (
        "sites.appliance_shop.apps.partner.apps.PartnerConfig"
    ),
    "oscar.apps.search.apps.SearchConfig": "sites.appliance_shop.apps.search.apps.SearchConfig",
    "oscar.apps.shipping.apps.ShippingConfig": (
        "sites.appliance_shop.apps.shipping.apps.ShippingConfig"
    ),
}

OWN = [
    "sites.appliance_shop.storefront",
    "sites.appliance_shop.members",
    "sites.appliance_shop.tastes",
    "sites.payments",
    "sites.appliance_shop.orders",
    "sites.appliance_shop.settlement",
    "sites.appliance_shop.servicemail",
    "sites.appliance_shop.dispatch",
    "sites.appliance_shop.aftersales",
    "sites.appliance_shop.stockroom",
    "sites.appliance_shop.desk",
    "sites.appliance_shop.letters",
    "sites.frame.look",
]

SECOND_FACTOR = [
    "allauth",
    "sites.frame.staff.addresses.AddressTables",
    "allauth.mfa",
    "sites.frame.staff",
]
"""Codes of the staff's apps; signing in itself stays Oscar's."""

MAILINGS = ["sites.appliance_shop.mailings"]
"""Campaigns: they are nothing without the engine that decides who gets them."""


def installed_apps(*, guard: bool) -> list[str]:
    """Return `INSTALLED_APPS`; `guard` adds the engine."""
    stock = [FORKS.get(app, app) for app in oscar.INSTALLED_APPS]
    return [
        *(["upheld", *_engine_parts(), *SECOND_FACTOR, *MAILINGS] if guard else []),
        *OWN,
        *stock,
        "sorl.thumbnail",
        "csp",
    ]


def _engine_parts() -> list[str]:
    return ["upheld.contrib.oscar"] if importlib.util.find_spec("upheld.contrib.oscar.apps") else []
