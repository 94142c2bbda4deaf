"""Settings for the type checker alone: the apps of all sites at once, which no site runs."""

from __future__ import annotations

from sites.appliance_shop.settings import *  # noqa: F403 - it is those settings, with more apps
from sites.appliance_shop.settings import INSTALLED_APPS as SHOP

INSTALLED_APPS = [
    *SHOP,
    "sites.frame.people",
    "sites.frame.samples",
    "sites.enquiries",
    "sites.goods",
    "sites.boards",
    "sites.hardware_shop.customers",
    "sites.software_shop.buyers",
    "sites.business_community.circle",
    "sites.service_studio.services",
    "sites.service_studio.clients",
]
