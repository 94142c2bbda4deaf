"""The tables of `allauth.account`, which `allauth.mfa` imports, and nothing else of it.

Signing in stays Oscar's, so allauth's own middleware and checks are not wanted. Without an app
the tables would belong to `allauth`, which has no migrations, and be made before the users'.
"""

from __future__ import annotations

from django.apps import AppConfig


class AddressTables(AppConfig):
    name = "allauth.account"
    label = "account"
    verbose_name = "Addresses"
    default_auto_field = "django.db.models.AutoField"
