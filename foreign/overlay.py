"""The settings a suite is run with: its own, with the guard put under them.

`FOREIGN_SUITE`, `FOREIGN_MODE` and `FOREIGN_DATABASE` say which; `FOREIGN_PRIVACY` is the
folder with policy, notice and map. In `stock` mode nothing but the database is set.
"""

from __future__ import annotations

import os
from importlib import import_module

from foreign.suites import SUITES

_suite = SUITES[os.environ["FOREIGN_SUITE"]]
_mode = os.environ["FOREIGN_MODE"]
_database = os.environ["FOREIGN_DATABASE"]
_backends = "django.db.backends" if _mode == "stock" else "upheld.guard.backends"

_own = import_module(_suite.settings)
globals().update({name: value for name, value in vars(_own).items() if name.isupper()})

if _database == "postgresql":
    DATABASES = {
        "default": {
            "ENGINE": f"{_backends}.postgresql",
            "NAME": f"foreign_{_suite.name}_{_mode}",
            "USER": "upheld",
            "HOST": "127.0.0.1",
            "PORT": os.environ["FOREIGN_PG_PORT"],
        }
    }
else:
    DATABASES = {
        "default": {
            "ENGINE": f"{_backends}.sqlite3",
            "NAME": ":memory:",
            # Named, so that pytest-django leaves each worker the memory of its own process.
            "TEST": {"NAME": ":memory:"},
        }
    }
SECRET_KEY = getattr(_own, "SECRET_KEY", None) or "only-for-tests"

if _mode != "stock":
    _authentication = "django.contrib.auth.middleware.AuthenticationMiddleware"
    INSTALLED_APPS = ["upheld", *_own.INSTALLED_APPS]
    MIDDLEWARE = [
        each
        for known in _own.MIDDLEWARE
        for each in (
            (known, "upheld.guard.middleware.UpheldMiddleware")
            if known == _authentication
            else (known,)
        )
    ]
    SESSION_ENGINE = "upheld.guard.sessions"
    UPHELD = {
        "PRIVACY_DIR": os.environ["FOREIGN_PRIVACY"],
        "KEYS_DIR": None,
        "MODE": "enforce" if _mode == "enforce" else "observe",
    }
