"""The settings of a site that is not Oscar's: `globals().update(settings_for(...))`.

`UPHELD_GUARD=off` runs the same site on Django's stock backends, for comparison;
`UPHELD_DB=postgresql` picks the database, `UPHELD_MODE=observe` only notes refusals.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse_lazy

from sites.frame import surroundings
from sites.frame.brand import Brand
from sites.frame.databases import databases
from sites.frame.state import ROOT, allowed_hosts, secret_key, state_of

GUARD = os.environ.get("UPHELD_GUARD", "on") != "off"
SITE_URL = os.environ.get("UPHELD_SITE_URL", "http://127.0.0.1:8000")

DJANGO = (
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
)
FRAME = ("sites.frame.look", "sites.frame.people", "sites.frame.samples")
SECOND_FACTOR = (
    "allauth",
    "sites.frame.staff.addresses.AddressTables",
    "allauth.mfa",
    "sites.frame.staff",
)
"""Codes of the staff's apps; signing in itself is the frame's."""


def settings_for(
    brand: Brand,
    *,
    apps: Sequence[str],
    join_form: str,
    profile_form: str,
    prefix: str,
    zone: str,
    upheld: Mapping[str, Any],
    language: str = "en-gb",
    form_targets: Sequence[str] = (),
) -> dict[str, Any]:
    """Return the whole of a site's settings.

    `apps` are the site's own, on top of the frame's; `join_form` and `profile_form` the dotted
    paths of its forms; `prefix` starts the names of its cookies; `zone` is where its people live;
    `upheld` is put over the engine's settings; `form_targets` are outside places that a form
    may lead to.
    """
    state = state_of(brand.site)
    tables = databases(brand.site, state, guard=GUARD)
    engine = _engine(brand, tables, zone, upheld) if GUARD else {}
    return {
        "BRAND": brand,
        "GUARD": GUARD,
        "DEBUG": os.environ.get("UPHELD_DEBUG") == "1",
        "STATE": state,
        "SITE_URL": SITE_URL,
        "SECRET_KEY": secret_key(state),
        "ALLOWED_HOSTS": allowed_hosts(brand.host),
        "CSRF_TRUSTED_ORIGINS": [SITE_URL],
        "INSTALLED_APPS": [
            *(["upheld", *SECOND_FACTOR] if GUARD else []),
            *apps,
            *FRAME,
            *DJANGO,
            "widget_tweaks",
            "csp",
        ],
        "MIDDLEWARE": _middleware(),
        "AUTHENTICATION_BACKENDS": ["sites.frame.people.signing_in.ByEmail"],
        "ROOT_URLCONF": f"sites.{brand.site}.urls",
        "WSGI_APPLICATION": f"sites.{brand.site}.wsgi.application",
        "TEMPLATES": [_templates(brand)],
        "DATABASES": tables,
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "CACHES": {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
        "LANGUAGE_CODE": language,
        "USE_I18N": True,
        "LANGUAGES": [(language, "English")],
        "TIME_ZONE": zone,
        "USE_TZ": True,
        "STATIC_URL": "/static/",
        "STATIC_ROOT": state / "static",
        "STATICFILES_DIRS": [ROOT / "sites" / brand.site / "static"],
        "WHITENOISE_USE_FINDERS": True,
        "DEFAULT_FROM_EMAIL": f"{brand.name} <{brand.mail}>",
        "SERVER_EMAIL": brand.mail,
        **surroundings.mail(state, guard=GUARD),
        "LOGIN_URL": reverse_lazy("people:sign-in"),
        "LOGIN_REDIRECT_URL": reverse_lazy("people:account"),
        "LOGOUT_REDIRECT_URL": "/",
        "PASSWORD_CHANGE_URL": reverse_lazy("people:password-change"),
        "AUTH_PASSWORD_VALIDATORS": surroundings.passwords("email"),
        "JOIN_FORM": join_form,
        "PROFILE_FORM": profile_form,
        "CONTENT_SECURITY_POLICY": surroundings.content_policy(*form_targets),
        "X_FRAME_OPTIONS": "DENY",
        "SECURE_REFERRER_POLICY": "same-origin",
        "SECURE_CONTENT_TYPE_NOSNIFF": True,
        "THEME_COOKIE": f"{prefix}_theme",
        **_cookies(),
        **engine,
        "LOGGING": surroundings.log_lines(guard=GUARD),
    }


def _middleware() -> list[str]:
    return [
        *(surroundings.OUTERMOST if GUARD else ()),
        "django.middleware.security.SecurityMiddleware",
        "whitenoise.middleware.WhiteNoiseMiddleware",
        "csp.middleware.CSPMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        *(surroundings.OF_THE_ENGINE if GUARD else ()),
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ]


def _templates(brand: Brand) -> dict[str, Any]:
    return {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # The site's own first, then the frame's over what other packages bring.
        "DIRS": [
            ROOT / "sites" / brand.site / "templates",
            ROOT / "sites" / "frame" / "look" / "templates",
        ],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "sites.frame.look.context.look",
            ],
        },
    }


def _cookies() -> dict[str, Any]:
    secure = SITE_URL.startswith("https://")
    return {
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": secure,
        "CSRF_COOKIE_HTTPONLY": True,
        "CSRF_COOKIE_SECURE": secure,
    }


def _engine(
    brand: Brand, tables: Mapping[str, Any], zone: str, given: Mapping[str, Any]
) -> dict[str, Any]:
    site = ROOT / "sites" / brand.site
    upheld: dict[str, Any] = {
        "PRIVACY_DIR": os.environ.get("UPHELD_PRIVACY_DIR", site / "privacy"),
        "KEYS_DIR": state_of(brand.site) / "keys",
        "STATE_DIR": state_of(brand.site),
        "MODE": os.environ.get("UPHELD_MODE", "enforce"),
        "SITE_URL": SITE_URL,
        "MAIL_TRANSPORT": surroundings.mail_transport(),
        "ZONE": zone,
        "CLAMD": os.environ.get("UPHELD_CLAMD", ""),
        "SECOND_FACTOR": "upheld.contrib.allauth.second_factor.Authenticators",
        "SECOND_LINE": {"default": "owner"} if "owner" in tables else {},
        "SECOND_LINE_ROLES": brand.site.replace("_", ""),
        **given,
    }
    return {
        **surroundings.guarded(),
        "MFA_TOTP_ISSUER": brand.name,
        "MIGRATION_MODULES": {"account": "sites.frame.staff.address_tables"},
        "UPHELD": upheld,
    }
