"""The test clinic behind both lines: the site's login, and the owner of the tables beside it.

Each process has roles of its own, since roles are the whole server's.
"""

from __future__ import annotations

import os
from typing import Any

from tests.project.settings import *  # noqa: F403 - this is that module, and a second line
from tests.project.settings import UPHELD

ROLES = f"clinic_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
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
UPHELD = {
    **UPHELD,
    "SECOND_LINE": {"default": "owner"},
    "SECOND_LINE_ROLES": ROLES,
    "SECOND_LINE_LOGINS": {
        f"{ROLES}_reports": ("statistics",),
        f"{ROLES}_desk": ("order_fulfilment", "after_sales"),
    },
}
TEST_DATABASES_MADE_BY = "tests.secondline.made"
