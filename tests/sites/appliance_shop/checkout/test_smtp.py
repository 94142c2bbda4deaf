"""Service mails through a real SMTP server, read back over IMAP."""

from __future__ import annotations

import email
import email.policy
import imaplib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from tests.postgres import free_port
from tests.sites.appliance_shop.checkout.buyer import GUEST, Buyer
from tests.sites.provider_process import ProviderProcess

USER, PASSWORD = "inbox@post.example", "only-for-tests"


@dataclass(frozen=True)
class MailServer:
    smtp: int
    imap: int

    def messages(self, count: int) -> list[EmailMessage]:
        """Return all messages once there are `count`."""
        end = time.monotonic() + 20
        while True:
            with imaplib.IMAP4("127.0.0.1", self.imap) as inbox:
                inbox.login(USER, PASSWORD)
                inbox.select("INBOX")
                numbers = inbox.search(None, "ALL")[1][0].split()
                if len(numbers) >= count:
                    raw = [inbox.fetch(number, "(RFC822)")[1][0] for number in numbers]
                    return [
                        email.message_from_bytes(part[1], policy=email.policy.default)
                        for part in raw
                        if isinstance(part, tuple)
                    ]
            assert time.monotonic() < end, f"{len(numbers)} of {count} mails came"
            time.sleep(0.1)


@pytest.fixture
def server() -> Iterator[MailServer]:
    ports = MailServer(free_port(), free_port())
    process = subprocess.Popen(
        [str(Path(sys.executable).with_name("mail_devel")), "--host", "127.0.0.1",
         "--smtp-port", str(ports.smtp), "--imap-port", str(ports.imap), "--no-http",
         "--smtps-port", str(free_port()), "--user", USER, "--password", PASSWORD],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        end = time.monotonic() + 30
        while any(
            socket.socket().connect_ex(("127.0.0.1", port)) for port in (ports.smtp, ports.imap)
        ):
            assert process.poll() is None and time.monotonic() < end
            time.sleep(0.1)
        yield ports
    finally:
        process.terminate()
        process.wait(timeout=20)


def test_the_mail_arrives_in_both_forms(
    buyer: Buyer, shop: Any, provider: ProviderProcess, server: MailServer, settings: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.smtp
    order, page = buyer.order(shop["kettle"])
    buyer.come_back(provider.type_card(page).away)
    (message,) = server.messages(1)
    assert message["Subject"] == f"Your order {order.number} is paid"
    assert message["To"] == GUEST
    assert message["From"] == "Hearth & Hob <support@hearthandhob.example>"
    assert message.get_content_type() == "multipart/alternative"
    plain, html = (part.get_content() for part in message.iter_parts())
    for body in (plain, html):
        assert "$56.90" in body and "Marisol Quennell" in body and "/orders/" in body
        assert "&amp;amp;" not in body and "{{" not in body
