"""Stock Oscar with everything it may be run beside, to bind the shipped map against."""

from __future__ import annotations

import tempfile
from pathlib import Path

import oscar
from oscar.defaults import *  # noqa: F403  (Oscar's apps read their settings from here)

SECRET_KEY = "only-for-tests"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SITE_ID = 1
ROOT_URLCONF = "tests.contrib.oscar.urls"
INSTALLED_APPS = [
    "upheld",
    *oscar.INSTALLED_APPS,
    "sorl.thumbnail",
    "django.contrib.redirects",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.usersessions",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
DATABASES = {"default": {"ENGINE": "upheld.guard.backends.sqlite3", "NAME": ":memory:"}}
HAYSTACK_CONNECTIONS = {"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}}
MEDIA_ROOT = Path(tempfile.gettempdir()) / "upheld-oscar-media"
