"""The mailbox of bounces on a real IMAP server: read, taken in, emptied, and read again."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from django.core import mail as django_mail
from django.core.management import CommandError, call_command
from imapclient import IMAPClient

from tests.mail.conftest import LIST, Person, letter
from tests.mail.reports import bounce
from upheld import mail
from upheld.conf import conf
from upheld.errors import ConfigurationError, MailError
from upheld.mail import returning
from upheld.mail.bounces import mailbox
from upheld.mail.models import SentMail

pytestmark = pytest.mark.django_db
PASSWORD = "what-came-back"


@pytest.fixture(scope="module")
def ports() -> Iterator[tuple[int, int]]:
    found = []
    for _ in range(2):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            found.append(int(probe.getsockname()[1]))
    process = subprocess.Popen(
        [sys.executable, "-m", "mail_devel", "--host", "127.0.0.1", "--multi-user",
         "--password", PASSWORD, "--imap-port", str(found[0]), "--smtp-port", str(found[1]),
         "--no-http"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    until = time.monotonic() + 60
    for port in found:
        while socket.socket().connect_ex(("127.0.0.1", port)) and time.monotonic() < until:
            time.sleep(0.1)
    yield found[0], found[1]
    process.terminate()
    process.wait(timeout=15)


@pytest.fixture
def box(ports: tuple[int, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """The settings of the mailbox; returns its port."""
    (tmp_path / "password").write_text(PASSWORD)
    given = {
        "imap": f"imap://bounces%40aldgrove.example@127.0.0.1:{ports[0]}",
        "password": tmp_path / "password",
    }
    chosen = replace(conf(), MAIL_RETURN="bounces@aldgrove.example", MAIL_BOUNCES=given)
    for module in (returning, mailbox):
        monkeypatch.setattr(module, "conf", lambda: chosen)
    return ports[0]


def lies(port: int, raw: bytes) -> None:
    """Put a report where a server delivers it: this small one knows no `bounces+...`."""
    with IMAPClient("127.0.0.1", port, ssl=False) as client:
        client.login("bounces@aldgrove.example", PASSWORD)
        client.append("INBOX", raw)


def comes_back(port: int, person: Person) -> str:
    person.says(True)
    mail.send(letter(person), klass="marketing", subject=person.subject, purpose=LIST)
    path = str(django_mail.outbox[-1].from_email)
    lies(port, bounce(path))
    return returning.mark_in(path)


def command() -> dict[str, int]:
    out = StringIO()
    call_command("upheld", "bounces", "--json", stdout=out)
    return dict(json.loads(out.getvalue()))


def test_a_bounce_is_read_once_and_the_mailbox_is_emptied(anna: Person, box: int) -> None:
    mark = comes_back(box, anna)
    lies(box, b"Subject: buy\r\n\r\nthis")
    assert command() == {"hard": 1, "foreign": 1}
    assert SentMail.objects.get(pk=mark).outcome == "bounced"
    with pytest.raises(MailError):
        mail.send(letter(anna), klass="marketing", subject=anna.subject, purpose=LIST)
    assert command() == {}
    with IMAPClient("127.0.0.1", box, ssl=False) as client:
        client.login("bounces@aldgrove.example", PASSWORD)
        client.select_folder("INBOX")
        assert client.search() == []


@pytest.mark.parametrize("step", ["update_or_create", "delete_messages"])
def test_a_round_that_breaks_off_is_taken_up_again(
    bert: Person, box: int, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = comes_back(box, bert)

    class Killed(BaseException):
        pass

    def dies(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as broken:
        if step == "delete_messages":
            broken.setattr(IMAPClient, "delete_messages", dies)
        else:
            broken.setattr("django.db.models.query.QuerySet.update_or_create", dies)
        with pytest.raises(Killed):
            command()
    command()
    assert command() == {}
    assert SentMail.objects.get(pk=mark).outcome == "bounced"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "bounces are not read: no mailbox is named"),
        ({"imap": "pop://x"}, "the mailbox of bounces has no address like `imaps://user@host`"),
        ({"imap": "imap://x@mail.example"}, "the mailbox of bounces would be read in clear"),
    ],
)
def test_settings_that_cannot_work_are_told(
    given: dict[str, str], message: str, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = replace(conf(), MAIL_RETURN="bounces@aldgrove.example", MAIL_BOUNCES=given)
    monkeypatch.setattr(mailbox, "conf", lambda: chosen)
    with pytest.raises(ConfigurationError) as error:
        mailbox.where()
    assert error.value.message == message
    assert error.value.hint == 'set `UPHELD["MAIL_RETURN"]` and `UPHELD["MAIL_BOUNCES"]`'


def test_a_server_that_is_not_there_is_told_without_an_address(
    box: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody(*_: object, **__: object) -> None:
        raise ConnectionRefusedError("bounces@aldgrove.example")

    monkeypatch.setattr(mailbox, "IMAPClient", nobody)
    with pytest.raises((SystemExit, CommandError)):
        call_command("upheld", "bounces")
    assert "could not be read: ConnectionRefusedError" in capsys.readouterr().err
