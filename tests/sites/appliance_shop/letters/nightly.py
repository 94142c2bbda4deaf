"""Mail through Debian's postfix and dovecot, both ways: `make nightly-mail`.

What leaves is signed and arrives; what nobody takes comes back and is mailed no more; what
people write becomes a case, whose answer arrives.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from smtplib import SMTP
from typing import Any
from unittest.mock import patch

import pytest
from django.conf import settings
from django.core.mail import EmailMessage, send_mail
from django.core.management import call_command
from django.test import override_settings
from imapclient import IMAPClient

from sites.appliance_shop.letters.models import SupportCase
from sites.appliance_shop.probes.stage import make_member
from sites.appliance_shop.settings import _mailboxes
from tests.mailserver import PASSWORD, MailServer
from tests.sites.appliance_shop.letters.conftest import mail as letter
from upheld import consent, mail
from upheld.cases.writing import answer
from upheld.context import Actor, purpose
from upheld.errors import MailError
from upheld.mail.authentic import authentic
from upheld.mail.models import SentMail
from upheld.mail.signing import keys
from upheld.mail.signing.records import records

pytestmark = pytest.mark.django_db
OURS = [f"{id}@hearthandhob.example" for id in ("support", "wholesale", "press", "bounces")]
WREN = "wren@post.example"
LIST = "discount_mail"


@pytest.fixture(scope="module")
def running() -> Iterator[MailServer]:
    found = MailServer.start(WREN, *OURS)
    yield found
    found.stop()


@pytest.fixture
def server(
    db: None, running: MailServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MailServer]:
    monkeypatch.setenv("UPHELD_IMAP", f"imap://127.0.0.1:{running.imap}")
    (tmp_path / "password").write_text(PASSWORD)
    boxes: dict[str, dict[str, Any]] = _mailboxes()
    for entry in boxes.values():
        entry["password"] = tmp_path / "password"
    given = {
        "MAILBOXES": boxes,
        "MAIL_TRANSPORT": "django.core.mail.backends.smtp.EmailBackend",
        "MAIL_RETURN": "bounces@hearthandhob.example",
        "MAIL_BOUNCES": {
            "imap": f"imap://bounces%40hearthandhob.example@127.0.0.1:{running.imap}",
            "password": tmp_path / "password",
        },
    }
    with override_settings(
        UPHELD={**settings.UPHELD, **given},
        EMAIL_BACKEND="upheld.mail.backend.Gate",
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=running.smtp,
    ):
        yield running


def arrived(server: MailServer, who: str, count: int) -> list[bytes]:
    """Wait until somebody has `count` mails; return them and empty the mailbox."""
    until = time.monotonic() + 30
    with IMAPClient("127.0.0.1", server.imap, ssl=False) as client:
        client.login(who, PASSWORD)
        while True:
            client.select_folder("INBOX")
            found = client.search()
            if len(found) >= count or time.monotonic() > until:
                break
            time.sleep(0.2)
        raw = [answer[b"BODY[]"] for answer in client.fetch(found, ["BODY[]"]).values()]
        client.delete_messages(found)
        client.expunge()
    assert len(raw) == count, server.logs()[-3000:]
    return raw


def served() -> dict[str, Any]:
    out = StringIO()
    call_command("upheld", "mailboxes", "--json", stdout=out)
    return dict(json.loads(out.getvalue())["support"])


def agreeing(address: str) -> str:
    user, _ = make_member()
    subject = f"member:{user.pk}"
    with purpose("rights", actor=Actor("system", "system:test"), subject=subject):
        user.email = address
        user.save()
    consent.record(
        subject, LIST, True, wording="Discounts", version="1", place="test", method="form"
    )
    return subject


def offer(subject: str, to: str) -> None:
    mail.send(
        EmailMessage("Käse & Kessel", "Für Dich: a kettle.", to=[to]),
        klass="marketing",
        subject=subject,
        purpose=LIST,
    )


def test_what_leaves_is_signed_and_arrives(server: MailServer) -> None:
    key = keys.make("ed25519")
    try:
        offer(agreeing(WREN), WREN)
        [raw] = arrived(server, WREN, 1)
        published = {record.name: record.text.encode() for record in records()}
    finally:
        (keys.conf().KEYS_DIR / f"dkim-{key.selector}.pem").unlink()  # type: ignore[operator]  # the shop has a folder
    assert authentic(raw, txt=published.get).dkim == "pass"
    assert b"Return-Path: <bounces+" in raw
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in raw


def test_what_nobody_takes_comes_back_and_ends_the_mailing(server: MailServer) -> None:
    subject = agreeing("gone@post.example")
    offer(subject, "gone@post.example")
    until = time.monotonic() + 30
    done: dict[str, int] = {}
    while not done and time.monotonic() < until:
        out = StringIO()
        call_command("upheld", "bounces", "--json", stdout=out)
        done = json.loads(out.getvalue())
        time.sleep(0.2)
    assert done == {"hard": 1}, server.logs()[-3000:]
    assert SentMail.objects.get(subject=subject).outcome == "bounced"
    with pytest.raises(MailError, match="does not take mail any more"):
        offer(subject, "gone@post.example")
    assert arrived(server, "bounces@hearthandhob.example", 0) == []


def test_a_letter_becomes_a_case_and_its_answer_arrives(server: MailServer) -> None:
    with SMTP("127.0.0.1", server.smtp) as smtp:
        smtp.send_message(letter(sender=f"Wren Oakes <{WREN}>"))
    until = time.monotonic() + 30
    done: dict[str, Any] = {}
    while not done.get("case") and time.monotonic() < until:
        done = served()
        time.sleep(0.2)
    assert done.get("case") == 1, server.logs()[-3000:]
    served()
    [reply] = arrived(server, WREN, 1)
    assert b"Return-Path: <>" in reply and b"Auto-Submitted: auto-replied" in reply
    with purpose("after_sales", actor=Actor("staff", "member:1", frozenset({"after_sales"}))):
        case = SupportCase.objects.get()
        from upheld.cases.mailboxes import mailbox_named

        answer(mailbox_named("support"), case, "It whispers.")
    served()
    [ours] = arrived(server, WREN, 1)
    assert b"It whispers." in ours


def test_mail_without_a_class_meets_no_server(server: MailServer) -> None:
    with patch("smtplib.SMTP.sendmail") as way_out, pytest.raises(MailError):
        send_mail("News", "A kettle.", None, [WREN])
    assert not way_out.called
