"""The three mailboxes on a real IMAP server, and mails to put into them."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from smtplib import SMTP
from typing import Any

import pytest
from django.conf import settings
from django.test import override_settings
from django.utils import timezone

from sites.appliance_shop.settings import _mailboxes
from upheld.cases.mailboxes import Mailbox, mailbox_named

PASSWORD = "letters-of-the-test"


@dataclass(frozen=True)
class Server:
    """Where the mail server listens."""

    imap: int
    smtp: int


def _free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    found = Server(_free(), _free())
    process = subprocess.Popen(
        [sys.executable, "-m", "mail_devel", "--host", "127.0.0.1", "--multi-user",
         "--password", PASSWORD, "--imap-port", str(found.imap), "--smtp-port", str(found.smtp),
         "--no-http"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    until = time.monotonic() + 60
    for port in (found.imap, found.smtp):
        while socket.socket().connect_ex(("127.0.0.1", port)) and time.monotonic() < until:
            time.sleep(0.1)
    yield found
    process.terminate()
    process.wait(timeout=15)


@pytest.fixture
def boxes(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The shop's own mailbox settings; nobody listens there."""
    monkeypatch.setenv("UPHELD_IMAP", "imap://127.0.0.1:9")
    with override_settings(UPHELD={**settings.UPHELD, "MAILBOXES": _mailboxes()}):
        yield


@pytest.fixture
def served(
    db: None, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Server]:
    """The mailboxes on the running server, which also sends."""
    monkeypatch.setenv("UPHELD_IMAP", f"imap://127.0.0.1:{server.imap}")
    known: dict[str, dict[str, Any]] = _mailboxes()
    for id, entry in known.items():
        (tmp_path / id).write_text(PASSWORD)
        entry["password"] = tmp_path / id
    with override_settings(
        UPHELD={**settings.UPHELD, "MAILBOXES": known},
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=server.smtp,
    ):
        yield server


def box(id: str) -> Mailbox:
    return mailbox_named(id)


def mail(
    sender: str = "Wren Oakes <wren@post.example>",
    to: str = "support@hearthandhob.example",
    topic: str = "Is the kettle loud?",
    body: str = "I wonder how loud the kettle is.",
    id: str = "<1@post.example>",
    **headers: str,
) -> EmailMessage:
    """One ordinary mail."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, topic
    message["Message-ID"] = id
    message["Date"] = format_datetime(timezone.now())
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(body)
    return message


def deliver(server: Server, message: EmailMessage) -> None:
    """Put a mail into the mailbox it is addressed to, as a mail server does."""
    with SMTP("127.0.0.1", server.smtp, timeout=30) as smtp:
        smtp.send_message(message)
