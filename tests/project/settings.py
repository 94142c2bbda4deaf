"""The small project that the engine's own tests run in. `UPHELD_TEST_DB` picks the database."""

from __future__ import annotations

import os
from pathlib import Path

BASE = Path(__file__).resolve().parent
SECRET_KEY = "only-for-tests"
DEBUG = False
USE_TZ = True
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "tests.project.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.admin",
    "upheld",
    "tests.project.clinic",
]

if os.environ.get("UPHELD_TEST_DB", "sqlite") == "postgresql":
    DATABASES = {
        "default": {
            "ENGINE": "upheld.guard.backends.postgresql",
            "NAME": "upheld",
            "USER": "upheld",
            "HOST": "127.0.0.1",
            "PORT": os.environ.get("UPHELD_TEST_PG_PORT", ""),
        }
    }
else:
    DATABASES = {
        "default": {
            "ENGINE": "upheld.guard.backends.sqlite3",
            "NAME": ":memory:",
        }
    }

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
UPHELD = {
    "PRIVACY_DIR": BASE / "privacy",
    "KEYS_DIR": None,  # a fresh key-encryption key in memory, made by the test run
    "MODE": "enforce",
}
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

SESSION_ENGINE = "upheld.guard.sessions"
DEFAULT_EXCEPTION_REPORTER = "upheld.guard.errorpages.Reporter"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "upheld.guard.middleware.UpheldMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
STATIC_URL = "/static/"
