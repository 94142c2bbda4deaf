"""What stands around a site: mail, log lines, the content policy, passwords, cookies."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

OUTERMOST = ("upheld.browser.middleware.BrowserMiddleware",)
"""Middleware that stands before all other: it sees every cookie and header that leaves."""
OF_THE_ENGINE = (
    "upheld.guard.middleware.UpheldMiddleware",
    "upheld.pages.first_visit.ChoicesMiddleware",
    "upheld.browser.visits.middleware.VisitsMiddleware",
)
"""Middleware that stands right after the one that knows who is signed in."""


def passwords(*compared: str) -> list[dict[str, Any]]:
    """Return the validators of passwords. A password may not be like the values of the account's
    columns `compared`; Django's own choice without. Whoever sets a password by a link from a
    mail acts for `authentication`, which on most sites reads no name."""
    own = {"OPTIONS": {"user_attributes": compared}} if compared else {}
    where = "django.contrib.auth.password_validation"
    return [
        {"NAME": f"{where}.UserAttributeSimilarityValidator", **own},
        {"NAME": f"{where}.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
        {"NAME": f"{where}.CommonPasswordValidator"},
    ]


def mail(state: Path, *, guard: bool = True) -> dict[str, Any]:
    """Return the mail settings: everything goes through the gate, where there is a guard."""
    backend = "upheld.mail.backend.Gate" if guard else mail_transport()
    if "UPHELD_SMTP_HOST" in os.environ:
        return {
            "EMAIL_BACKEND": backend,
            "EMAIL_HOST": os.environ["UPHELD_SMTP_HOST"],
            "EMAIL_PORT": int(os.environ.get("UPHELD_SMTP_PORT", "25")),
        }
    return {"EMAIL_BACKEND": backend, "EMAIL_FILE_PATH": state / "mail"}


def bounces(host: str, state: Path) -> dict[str, Any]:
    """Return where mails come back to, once a mail server is named that could send them back."""
    if "UPHELD_SMTP_HOST" not in os.environ:
        return {}
    scheme, _, server = os.environ.get("UPHELD_IMAP", "imap://127.0.0.1:1143").partition("://")
    return {
        "MAIL_RETURN": f"bounces@{host}",
        "MAIL_BOUNCES": {
            "imap": f"{scheme}://bounces%40{host}@{server}",
            "password": os.environ.get("UPHELD_IMAP_PASSWORD_FILE", state / "mailboxes/bounces"),
        },
    }


def mail_transport() -> str:
    """Return what carries mail: files in the demo, SMTP as soon as a server is named."""
    way = "smtp" if "UPHELD_SMTP_HOST" in os.environ else "filebased"
    return f"django.core.mail.backends.{way}.EmailBackend"


def log_lines(*, guard: bool, **loggers: str) -> dict[str, Any]:
    """Return `LOGGING`: warnings to the screen, personal values taken out. `loggers` name
    further loggers with their levels, `django_request` for `django.request`."""
    levels = {"django_request": "ERROR"} | loggers
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"personal": {"()": "upheld.guard.logs.Redacting"}} if guard else {},
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "filters": ["personal"] if guard else [],
            }
        },
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {name.replace("_", "."): {"level": level} for name, level in levels.items()},
    }


def content_policy(*form_targets: str) -> dict[str, Any]:
    """Return the content security policy: a page loads from its own site only, with no inline
    script or style; its forms lead to the site itself and to `form_targets`."""
    return {
        "DIRECTIVES": {
            "default-src": ["'none'"],
            "script-src": ["'self'"],
            "style-src": ["'self'"],
            "img-src": ["'self'"],
            "font-src": ["'self'"],
            "connect-src": ["'self'"],
            "manifest-src": ["'self'"],
            "form-action": ["'self'", *form_targets],
            "frame-ancestors": ["'none'"],
            "base-uri": ["'none'"],
        }
    }


def guarded() -> dict[str, Any]:
    """Return the lines that docs/side-doors.md and a second factor for staff ask for."""
    return {
        "SESSION_ENGINE": "upheld.guard.sessions",
        "DEFAULT_EXCEPTION_REPORTER": "upheld.guard.errorpages.Reporter",
        # Identity documents stay in memory until they are sealed.
        "FILE_UPLOAD_HANDLERS": ["upheld.pages.uploads.InMemory"],
        # Nothing is kept in allauth's table of addresses, and sealed values are never equal.
        "ACCOUNT_UNIQUE_EMAIL": False,
        "MFA_ADAPTER": "upheld.contrib.allauth.second_factor.SealedSecrets",
        "MFA_TOTP_TOLERANCE": 1,
    }
