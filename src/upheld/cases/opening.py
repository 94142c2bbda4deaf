"""An IMAP mailbox opened for a moment, through the gate."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from imapclient import IMAPClient

from upheld.cases.mailboxes import Mailbox, login_of
from upheld.disclosure import outside

SECONDS = 60.0


@contextmanager
def opened(mailbox: Mailbox) -> Iterator[tuple[IMAPClient, int]]:
    """Yield (client with the folder selected, uidvalidity). Raises `OSError` or IMAPClient's
    errors when the server cannot be used."""
    parts = mailbox.imap
    secure = parts.scheme == "imaps"
    host, port = parts.hostname or "", parts.port or (993 if secure else 143)
    # The mail server is a part of the house; other connections go through the gate.
    with outside.opened(host, port):
        client = IMAPClient(host, port=port, ssl=secure, timeout=SECONDS)
        try:
            client.login(*login_of(mailbox))
            selected = client.select_folder(parts.path.lstrip("/") or "INBOX")
            yield client, int(selected[b"UIDVALIDITY"])
        finally:
            client.logout()
