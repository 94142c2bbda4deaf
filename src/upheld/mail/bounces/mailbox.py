"""The mailbox of bounces, read by IMAP from where the last round stopped.

A mail that was taken in is removed: it repeats what we wrote, and to whom.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from django.db import DEFAULT_DB_ALIAS
from imapclient import IMAPClient

from upheld.conf import conf
from upheld.disclosure import outside
from upheld.errors import ConfigurationError
from upheld.mail.bounces.taking import take
from upheld.mail.models import BouncePlace

SECONDS = 60.0
LARGEST = 1024 * 1024
"""Bytes of a report that are fetched; what it says stands at its beginning."""
MOST = 5000
"""Reports of one round; the next goes on."""
_NAME = "bounces"


def where() -> tuple[SplitResult, Path | None]:
    """Return the mailbox and the file of its password. Raises `ConfigurationError`."""
    given = conf().MAIL_BOUNCES
    parts = urlsplit(str(given.get("imap", "")))
    wrong = ""
    if not conf().MAIL_RETURN or not given:
        wrong = "bounces are not read: no mailbox is named"
    elif parts.scheme not in ("imaps", "imap") or not parts.username:
        wrong = "the mailbox of bounces has no address like `imaps://user@host`"
    elif parts.scheme == "imap" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
        wrong = "the mailbox of bounces would be read in clear"
    if wrong:
        hint = 'set `UPHELD["MAIL_RETURN"]` and `UPHELD["MAIL_BOUNCES"]`'
        raise ConfigurationError(wrong, hint=hint)
    password = given.get("password")
    return parts, Path(password) if password else None


def fetch(*, using: str = DEFAULT_DB_ALIAS) -> Counter[str]:
    """Take in what is new; returns how many reports were what.

    Killed anywhere, a report is taken again, which changes nothing. Raises `OSError` or
    IMAPClient's errors when the server cannot be used.
    """
    parts, password = where()
    done: Counter[str] = Counter()
    secure = parts.scheme == "imaps"
    host, port = parts.hostname or "", parts.port or (993 if secure else 143)
    with outside.opened(host, port):
        client = IMAPClient(host, port=port, ssl=secure, timeout=SECONDS)
        try:
            secret = password.read_text().strip() if password else ""
            client.login(unquote(parts.username or ""), secret)
            selected = client.select_folder(parts.path.lstrip("/") or "INBOX")
            _read(client, int(selected[b"UIDVALIDITY"]), done, using)
        finally:
            client.logout()
    return done


def _read(client: IMAPClient, validity: int, done: Counter[str], using: str) -> None:
    place = BouncePlace.objects.using(using).filter(mailbox=_NAME).first()
    last = place.uid if place is not None and place.validity == validity else 0
    fresh = sorted(uid for uid in client.search(["UID", f"{last + 1}:*"]) if uid > last)
    for uid in fresh[:MOST]:
        part = f"BODY.PEEK[]<0.{LARGEST}>"
        answer = client.fetch([uid], [part])[uid]
        raw = next(value for key, value in answer.items() if key.startswith(b"BODY["))
        done[take(raw, using=using)] += 1
        BouncePlace.objects.using(using).update_or_create(
            mailbox=_NAME, defaults={"validity": validity, "uid": uid}
        )
        client.delete_messages([uid])
        client.expunge([uid])
