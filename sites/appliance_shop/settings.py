"""Settings of Hearth & Hob, the household appliance shop.

State lies under `var/appliance_shop/`; `UPHELD_VAR` moves `var`. `UPHELD_GUARD=off` runs the
same shop on Django's stock backends, for comparison. `UPHELD_DB=postgresql` picks the database.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.urls import reverse_lazy
from oscar.defaults import *  # noqa: F403 - Oscar's documented way to load its defaults

from sites.appliance_shop.installed import installed_apps
from sites.appliance_shop.orders import status
from sites.frame import surroundings
from sites.frame.databases import databases
from sites.frame.state import allowed_hosts, secret_key, state_of

SITE = Path(__file__).resolve().parent
STATE = state_of("appliance_shop")

GUARD = os.environ.get("UPHELD_GUARD", "on") != "off"
DEBUG = os.environ.get("UPHELD_DEBUG") == "1"
SITE_URL = os.environ.get("UPHELD_SITE_URL", "http://127.0.0.1:8000")
PROVIDER_URL = os.environ.get("UPHELD_PROVIDER_URL", "http://127.0.0.1:8090")
CARRIER_URL = os.environ.get("UPHELD_CARRIER_URL", "http://127.0.0.1:8070/consignments")

SECRET_KEY = secret_key(STATE)
ALLOWED_HOSTS = allowed_hosts("hearthandhob.example")
CSRF_TRUSTED_ORIGINS = [SITE_URL]

INSTALLED_APPS = installed_apps(guard=GUARD)

MIDDLEWARE = [
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
    "oscar.apps.basket.middleware.BasketMiddleware",
    "sites.payments.middleware.RefuseCardNumbers",
]
AUTHENTICATION_BACKENDS = ["oscar.apps.customer.auth_backends.EmailBackend"]
ROOT_URLCONF = "sites.appliance_shop.urls"
WSGI_APPLICATION = "sites.appliance_shop.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [SITE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "oscar.apps.checkout.context_processors.checkout",
                "oscar.core.context_processors.metadata",
                "sites.appliance_shop.storefront.context.storefront",
            ],
        },
    },
]

DATABASES = databases("appliance_shop", STATE, guard=GUARD)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

LANGUAGE_CODE = "en-us"
LANGUAGES = [("en-us", "English")]
USE_I18N = False
TIME_ZONE = "UTC"
USE_TZ = True
SITE_ID = 1

STATIC_URL = "/static/"
STATIC_ROOT = STATE / "static"
STATICFILES_DIRS = [SITE / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = STATE / "media"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

# Mail: files in the demo, SMTP as soon as a server is named.
DEFAULT_FROM_EMAIL = "Hearth & Hob <support@hearthandhob.example>"
SERVER_EMAIL = OSCAR_FROM_EMAIL = "support@hearthandhob.example"
globals().update(surroundings.mail(STATE, guard=GUARD))

LOGIN_URL = reverse_lazy("customer:login")
LOGIN_REDIRECT_URL = reverse_lazy("customer:summary")
PASSWORD_CHANGE_URL = reverse_lazy("customer:change-password")
AUTH_PASSWORD_VALIDATORS = surroundings.passwords()

# A page may load from this shop only: no inline script or style, no outside host. The one other
# address a form may lead to is the payment provider's hosted page.
CONTENT_SECURITY_POLICY = surroundings.content_policy(PROVIDER_URL)
# Cards are typed on the provider's page and nowhere else. Exempt: a parcel's number typed by
# staff, and what the provider sends, signed or beside the point (random ids in hexadecimal look
# like a card number once in some thousand; nothing of them is stored unverified).
CARD_CHECK_EXEMPT = {
    ("dispatch:order", "tracking_number"),
    ("settlement:notice", "*"),
    ("checkout:return", "RETURNMAC"),
    ("checkout:return", "hostedCheckoutId"),
    # Random numbers of requests and papers in the address of the page.
    ("upheld:me-request", ""),
    ("upheld:desk-request", ""),
    ("upheld:desk-document", ""),
    ("upheld:api-request", ""),
}
PAYMENTS: dict[str, Any] = {
    "PROVIDER": os.environ.get("UPHELD_PAYMENTS", "stripe"),
    "API": PROVIDER_URL,
    "ACCOUNT": STATE.parent / "provider" / "account.json",
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
if GUARD:
    globals().update(surroundings.guarded())
    MFA_TOTP_ISSUER = "Hearth & Hob"
THEME_COOKIE = "hh_theme"
SESSION_COOKIE_NAME = "hh_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "hh_csrf"
CSRF_COOKIE_HTTPONLY = True
_HTTPS = SITE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = OSCAR_BASKET_COOKIE_SECURE = _HTTPS

OSCAR_SHOP_NAME = "Hearth & Hob"
OSCAR_SHOP_TAGLINE = "Good tools for warm kitchens"
OSCAR_HOMEPAGE = reverse_lazy("home")
OSCAR_ACCOUNTS_REDIRECT_URL = "orders:list"
OSCAR_DEFAULT_CURRENCY = "USD"
OSCAR_ALLOW_ANON_CHECKOUT = True
OSCAR_INITIAL_ORDER_STATUS = status.PENDING
OSCAR_ORDER_STATUS_PIPELINE = status.PIPELINE
# Oscar's tables of delivery charges, unchanged: the fork adds classes only.
MIGRATION_MODULES = {
    "partner": "oscar.apps.partner.migrations",
    "shipping": "oscar.apps.shipping.migrations",
    "account": "sites.frame.staff.address_tables",
}
OSCAR_ALLOW_ANON_REVIEWS = False
OSCAR_MODERATE_REVIEWS = True
OSCAR_PRODUCTS_PER_PAGE = 12
OSCAR_BASKET_COOKIE_OPEN = "hh_basket"
# Names, sizes and cookies kept to what the notice announces: no trail of viewed products, no
# stored copies of sent mails, no welcome mail, no lists shared with third persons.
OSCAR_RECENTLY_VIEWED_PRODUCTS = 0
OSCAR_SAVE_SENT_EMAILS_TO_DB = False
OSCAR_SEND_REGISTRATION_EMAIL = False
# Mails about goods that are back are sent by a command, not by whoever changes the stock.
OSCAR_EAGER_ALERTS = False
OSCAR_HIDDEN_FEATURES = ["wishlists"]
OSCAR_REQUIRED_ADDRESS_FIELDS = (
    "first_name",
    "last_name",
    "line1",
    "line4",
    "state",
    "postcode",
    "country",
    "phone_number",
)
OSCAR_THUMBNAILER = "sites.appliance_shop.storefront.pictures.VectorThumbnailer"
OSCAR_IMAGE_FOLDER = "products/"
HAYSTACK_CONNECTIONS = {"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}}
HAYSTACK_SIGNAL_PROCESSOR = "haystack.signals.BaseSignalProcessor"


def _mailboxes() -> dict[str, dict[str, object]]:
    """Return the three mailboxes at the mail server that `UPHELD_IMAP` names; their passwords
    lie in files of the state folder, or are one that `UPHELD_IMAP_PASSWORD_FILE` holds."""
    server = os.environ.get("UPHELD_IMAP", "imap://127.0.0.1:1143")
    shared = os.environ.get("UPHELD_IMAP_PASSWORD_FILE")
    scheme, _, host = server.partition("://")
    served = (
        ("support", "letters.SupportCase", "after_sales", "after_sales", "consumer"),
        ("wholesale", "letters.WholesaleCase", "wholesale_talks", "wholesale", "wholesale"),
        ("press", "letters.PressCase", "press_talks", "press", "press"),
    )
    return {
        id: {
            "address": f"{id}@hearthandhob.example",
            "imap": f"{scheme}://{id}%40hearthandhob.example@{host}",
            "password": Path(shared) if shared else STATE / "mailboxes" / id,
            "case": case,
            "purpose": purpose,
            "post": post,
            "wall": wall,
            "requests": id == "support",
        }
        for id, case, purpose, post, wall in served
    }


if GUARD:
    UPHELD = {
        "PRIVACY_DIR": Path(os.environ.get("UPHELD_PRIVACY_DIR", SITE / "privacy")),
        "KEYS_DIR": STATE / "keys",
        "BACKUP_DAYS": 35,  # the last backup that holds what was erased is gone then
        "MODE": os.environ.get("UPHELD_MODE", "enforce"),
        "SITE_URL": SITE_URL,
        "MAIL_TRANSPORT": surroundings.mail_transport(),
        **surroundings.bounces("hearthandhob.example", STATE),
        "ZONE": "America/New_York",
        "CLAMD": os.environ.get("UPHELD_CLAMD", ""),
        "SECOND_FACTOR": "upheld.contrib.allauth.second_factor.Authenticators",
        "FEEDS": ("sites.appliance_shop.dispatch.feeds",),
        "MAILBOXES": _mailboxes(),
        "RECIPIENTS": {
            "carrier": {
                "way": "http",
                "at": CARRIER_URL,
                "key": STATE.parent / "carrier" / "token",
            },
            "payment_provider": {"way": "call", "at": PROVIDER_URL},
        },
        "PROBES": (
            "sites.appliance_shop.probes.house",
            "sites.appliance_shop.probes.mandatory",
            "sites.appliance_shop.probes.willing",
            "sites.appliance_shop.probes.money",
            "sites.appliance_shop.probes.service",
            "sites.appliance_shop.probes.carrier",
            "sites.appliance_shop.probes.mailboxes",
            "sites.appliance_shop.probes.centre",
            "sites.appliance_shop.probes.applications",
            "sites.appliance_shop.probes.mailings",
        ),
        "SECOND_LINE": {"default": "owner"} if "owner" in DATABASES else {},
        "SECOND_LINE_ROLES": "hearthandhob",
    }

# Oscar writes recipients' addresses into its log lines.
LOGGING = surroundings.log_lines(guard=GUARD, oscar="ERROR")
