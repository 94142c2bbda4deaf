"""Which apps the shop runs: Oscar's, with our forks in their places, and the shop's own."""

from __future__ import annotations

import importlib.util

import oscar

FORKS = {
    "oscar.apps.catalogue.apps.CatalogueConfig": (
        "sites.appliance_shop.apps.catalogue.apps.CatalogueConfig"
    ),
    "oscar.apps.customer.apps.CustomerConfig": (
        "sites.appliance_shop.apps.customer.apps.CustomerConfig"
    ),
    "oscar.apps.search.apps.SearchConfig": "sites.appliance_shop.apps.search.apps.SearchConfig",
}

OWN = [
    "sites.appliance_shop.storefront",
    "sites.appliance_shop.members",
]


def installed_apps(*, guard: bool) -> list[str]:
    """Return `INSTALLED_APPS`; `guard` adds the engine."""
    stock = [FORKS.get(app, app) for app in oscar.INSTALLED_APPS]
    return [
        *(["upheld", *_engine_parts()] if guard else []),
        *OWN,
        *stock,
        "sorl.thumbnail",
        "csp",
    ]


def _engine_parts() -> list[str]:
    return ["upheld.contrib.oscar"] if importlib.util.find_spec("upheld.contrib.oscar.apps") else []
