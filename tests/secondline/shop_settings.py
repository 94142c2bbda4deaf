"""The appliance shop behind both lines."""

from __future__ import annotations

import os
from typing import Any

from sites.appliance_shop.settings import *  # noqa: F403 - this is that module, and a second line
from sites.appliance_shop.settings import UPHELD

ROLES = f"shop_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
_PLACE: dict[str, Any] = {
    "ENGINE": "upheld.guard.backends.postgresql",
    "NAME": ROLES,
    "HOST": "127.0.0.1",
    "PORT": os.environ.get("UPHELD_TEST_PG_PORT", ""),
}
DATABASES = {
    "default": {**_PLACE, "USER": f"{ROLES}_app"},
    "owner": {**_PLACE, "USER": f"{ROLES}_owner"},
}
UPHELD = {**UPHELD, "SECOND_LINE": {"default": "owner"}, "SECOND_LINE_ROLES": ROLES}
TEST_DATABASES_MADE_BY = "tests.secondline.made"
