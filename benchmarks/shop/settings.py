"""The shop's own settings. Tables are made straight from the models: the same schema as the
migrations give, in a tenth of the time."""

from __future__ import annotations

from typing import Any

from benchmarks.unmigrated import Unmigrated
from sites.appliance_shop.settings import *  # noqa: F403 - this is that module, and three changes

MIGRATION_MODULES: Any = Unmigrated()
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ALLOWED_HOSTS = ["127.0.0.1"]
