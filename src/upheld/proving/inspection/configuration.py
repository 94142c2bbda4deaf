"""Looks at how the site is set up: settings, keys and other secrets, ways in and out."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import Tags, run_checks
from django.db import connections

from upheld.conf import conf
from upheld.datamap.active import active
from upheld.proving.inspection.looks import Found, Severity, Unknown, look

HERE = ("127.0.0.1", "localhost", "::1", "")
"""Hosts that no wire leads to."""
_OVER_TLS = {"security.W004", "security.W008", "security.W012", "security.W016", "security.W021"}
"""Django's checks that only make sense for a site under https."""
_SEVERE: dict[str, Severity] = {
    "security.W009": "high",  # a guessable SECRET_KEY
    "security.W018": "critical",  # DEBUG
    "security.W020": "high",  # ALLOWED_HOSTS empty
}


@look("settings", "Django's own checks of a deployed site, and the guard's mode")
def settings_look(using: str) -> Iterator[Found]:
    local = _host(conf().SITE_URL) in HERE
    for message in run_checks(
        tags=[Tags.security], include_deployment_checks=True, databases=[using]
    ):
        if message.is_silenced() or (local and message.id in _OVER_TLS):
            continue
        # The words of Django's warnings run over lines; the first sentence says it.
        words = " ".join(str(message.msg).split()).partition(". ")[0].rstrip(".")
        yield Found(f"{message.id}: {words}"[:300], _SEVERE.get(str(message.id), "medium"))
    if conf().MODE != "enforce":
        yield Found("the guard only observes: `MODE` is not `enforce`", "high")


@look("secrets", "Who may read the files of keys and passwords, and where they lie")
def secrets_look(using: str) -> Iterator[Found]:
    folder = conf().KEYS_DIR
    if folder is None:
        yield Found("keys are kept in memory only: `KEYS_DIR` is not set", "high")
    for path in _secret_files():
        name = path.name
        if not path.exists():
            continue
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            yield Found(f"others than the site's account may open `{name}`", "critical")
    if folder is not None:
        for served in (settings.MEDIA_ROOT, settings.STATIC_ROOT):
            if served and Path(folder).resolve().is_relative_to(Path(served).resolve()):
                yield Found("the folder of keys lies in a folder that is served", "critical")


@look("transport", "Encryption on the way, in and out")
def transport_look(using: str) -> Iterator[Found]:
    site = urlsplit(conf().SITE_URL)
    if site.scheme != "https" and _host(conf().SITE_URL) not in HERE:
        yield Found("the site is reached without TLS: `SITE_URL` is not https", "critical")
    if site.scheme == "https" and not settings.SESSION_COOKIE_SECURE:
        yield Found("the session's cookie also travels without TLS", "high")
    for name, entry in conf().RECIPIENTS.items():
        at = urlsplit(str(entry.get("at", "")))
        if at.scheme == "http" and (at.hostname or "") not in HERE:
            yield Found(f"data go to the recipient `{name}` without TLS", "critical")
    for name, entry in conf().MAILBOXES.items():
        at = urlsplit(str(entry.get("imap", "")))
        if at.scheme == "imap" and (at.hostname or "") not in HERE:
            yield Found(f"the mailbox `{name}` is read without TLS", "critical")
    smtp = "smtp" in settings.EMAIL_BACKEND.rsplit(".", 2)[-2]
    secure = settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL
    if smtp and settings.EMAIL_HOST not in HERE and not secure:
        yield Found("mails go to the mail server without TLS", "high")
    database: dict[str, Any] = connections[using].settings_dict
    host = str(database.get("HOST") or "")
    if connections[using].vendor == "postgresql" and host not in HERE and not host.startswith("/"):
        mode = str(database.get("OPTIONS", {}).get("sslmode", "prefer"))
        if mode not in ("require", "verify-ca", "verify-full"):
            yield Found(f"the database may be talked to without TLS: sslmode `{mode}`", "high")


@look("staff", "Second factors of the posts that need one, and a scanner of documents")
def staff_look(using: str) -> Iterator[Found]:
    needing = [post.id for post in active().policy.posts.values() if post.second_factor]
    if needing and not conf().SECOND_FACTOR:
        yield Found(f"nothing checks second factors, which `{needing[0]}` needs", "high")
    if active().policy.proofs and not conf().CLAMD:
        yield Found("no scanner: documents of identity stay in quarantine", "low")


@look("second-line", "The database's own line of defence")
def second_line_look(using: str) -> Iterator[Found]:
    if connections[using].vendor != "postgresql":
        raise Unknown("only PostgreSQL has one")
    if using not in conf().SECOND_LINE:
        yield Found("the database refuses nothing by itself: no second line", "low")


def _secret_files() -> Iterator[Path]:
    folder = conf().KEYS_DIR
    if folder is not None and Path(folder).is_dir():
        yield Path(folder)
        yield from (path for path in sorted(Path(folder).iterdir()) if path.is_file())
    entries = (*conf().RECIPIENTS.values(), *conf().MAILBOXES.values())
    given = [entry.get(key) for entry in entries for key in ("key", "password")]
    yield from dict.fromkeys(Path(path) for path in given if path)


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""
