"""What becomes of a mail, whatever it looks like."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from django.utils import timezone

from sites.appliance_shop.letters.models import (
    PressCase,
    SupportAttachment,
    SupportCase,
    SupportLetter,
)
from tests.sites.appliance_shop.letters.conftest import box, mail
from upheld.cases.intake import take
from upheld.cases.models import MailboxPlace
from upheld.cases.writing import message_id
from upheld.context import Actor, purpose
from upheld.rights.requests.models import RightsRequest

pytestmark = pytest.mark.usefixtures("boxes")
DESK = Actor("staff", "member:901", frozenset({"after_sales"}))


def _took(message: EmailMessage | bytes, uid: int = 1, to: str = "support", **how: Any) -> str:
    raw = message if isinstance(message, bytes) else message.as_bytes()
    return take(box(to), raw, f"7:{uid}", **how)


def _letters() -> list[SupportLetter]:
    with purpose("after_sales", actor=DESK):
        return list(SupportLetter.objects.select_related("case").order_by("pk"))


def test_a_mail_opens_a_case_and_gets_one_reply() -> None:
    assert _took(mail()) == "case"
    first, reply = _letters()
    assert (first.case.sender, first.case.topic) == ("wren@post.example", "Is the kettle loud?")
    assert first.body == "I wonder how loud the kettle is."
    assert (reply.by, reply.way, reply.sent_at) == ("automatic", "out", None)
    assert "until 30 days after the matter is closed" in reply.body
    assert "kettle" not in reply.body, "a reply that quotes can be used to send anything"


def test_the_same_mail_twice_is_one_letter() -> None:
    _took(mail(), 1)
    assert _took(mail(), 2) == "again"
    assert len(_letters()) == 2
    assert _letters()[0].place == "7:2"
    assert MailboxPlace.objects.get().uid == 2


def test_an_answer_joins_its_case_and_opens_it_again() -> None:
    _took(mail())
    first, reply = _letters()
    with purpose("after_sales", actor=DESK):
        SupportCase.objects.update(state="closed", closed_at=timezone.now())
    answers = message_id(box("support"), first.case, reply)
    assert _took(mail(id="<2@post.example>", In_Reply_To=answers), 2) == "letter"
    with purpose("after_sales", actor=DESK):
        case = SupportCase.objects.get()
    assert (case.state, case.closed_at) == ("open", None)


def test_nobody_else_writes_into_a_case() -> None:
    _took(mail())
    stranger = mail(
        sender="mallory@post.example", id="<3@post.example>", In_Reply_To="<1@post.example>"
    )
    assert _took(stranger, 2) == "case"


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"List_Id": "<news.post.example>"},
        {"Return_Path": "<>"},
        {"X_Auto_Response_Suppress": "All"},
    ],
)
def test_machines_get_no_reply(headers: dict[str, str]) -> None:
    assert _took(mail(**headers)) == "case"
    assert [letter.way for letter in _letters()] == ["in"]


@pytest.mark.parametrize(
    "sender",
    ["MAILER-DAEMON@post.example", "no-reply@post.example", "press@hearthandhob.example"],
)
def test_senders_that_must_not_be_answered(sender: str) -> None:
    _took(mail(sender=sender))
    assert [letter.way for letter in _letters()] == ["in"]


def test_two_machines_do_not_talk_for_long() -> None:
    for number in range(8):
        _took(mail(id=f"<{number}@post.example>"), number + 1)
    assert sum(letter.by == "automatic" for letter in _letters()) == 3


def test_an_application_becomes_a_request_and_leaves_no_case() -> None:
    asked = mail(topic="Application", body="Please send me a copy of all my data.")
    assert _took(asked) == "request"
    assert RightsRequest.objects.get().kind == "copy"
    assert _letters() == []


def test_press_takes_no_requests_and_knows_nobody() -> None:
    asked = mail(to="press@hearthandhob.example", body="Please delete my account.")
    assert _took(asked, to="press") == "case"
    assert not RightsRequest.objects.exists()


def test_the_same_address_on_two_sides_is_two_people() -> None:
    _took(mail())
    _took(mail(to="press@hearthandhob.example"), to="press")
    from upheld.datamap.active import active
    from upheld.datamap.references import reference_by_value

    names = {
        reference_by_value(active().datamap, kind, "wren@post.example")
        for kind in ("writer", "journalist", "dealer")
    }
    assert len(names) == 3
    with purpose("press_talks", actor=Actor("staff", "member:9", frozenset({"press"}))):
        assert PressCase.objects.count() == 1
        digest = SupportCase.objects.filter(sender="wren@post.example")
        with pytest.raises(Exception, match="press_talks"):
            list(digest)


def test_files_wait_in_quarantine_without_a_scanner() -> None:
    message = mail()
    message.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="../x.pdf")
    _took(message)
    with purpose("after_sales", actor=DESK):
        file = SupportAttachment.objects.get()
        assert (file.name, file.state, file.size) == ("x.pdf", "quarantined", 8)


def test_a_file_that_is_too_large_is_named_and_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("upheld.cases.reading.LARGEST_FILE", 4)
    message = mail()
    message.add_attachment(b"12345", maintype="image", subtype="png", filename="x.png")
    _took(message)
    with purpose("after_sales", actor=DESK):
        file = SupportAttachment.objects.get()
        assert (file.state, file.size, file.content) == ("refused", 5, "")


def test_a_mail_that_is_too_large_is_taken_by_its_head() -> None:
    head = mail().as_bytes().split(b"\n\n")[0] + b"\n\n"
    assert _took(head, cut=True) == "case"
    assert _letters()[0].body.startswith("(The mail was larger than 25 MB")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff\xfe garbage",
        b"From: \r\nSubject: nobody\r\n\r\nhello",
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n--x--",
        b"Subject: =?utf-8?b?!!!?=\r\nFrom: =?x?q?=\r\n\r\n",
    ],
)
def test_a_mail_from_nobody_stops_nothing(raw: bytes) -> None:
    assert _took(raw) == "nobody"
    assert MailboxPlace.objects.get().uid == 1


@pytest.mark.parametrize(
    "raw",
    [
        b"From: a@post.example\r\nDate: yesterday\r\n\r\nhello",
        b"From: a@post.example\r\nDate: Mon, 1 Jan 2999 00:00:00 +0000\r\n\r\nhello",
        b"From: a@post.example\r\nContent-Type: text/plain; charset=nonsense\r\n\r\nhello",
        b"From: a@post.example\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nhello",
        b"From: a@post.example\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!!",
        b"From: a@post.example\r\n" + b"X: y\r\n" * 3000 + b"\r\nhello",
        b"From: a@post.example\r\nContent-Type: text/html\r\n\r\n<script>x</script><p>hello",
    ],
)
def test_a_malformed_mail_is_still_taken(raw: bytes) -> None:
    assert _took(raw) == "case"
    assert "script" not in _letters()[0].body
    assert _letters()[0].at <= timezone.now() + timedelta(seconds=5)


def test_deep_nesting_ends() -> None:
    raw = b"From: a@post.example\r\n"
    for depth in range(200):
        raw += b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (depth, depth)
    assert _took(raw + b"\r\nhello") == "case"


def test_a_header_cannot_be_smuggled_into_the_answer() -> None:
    from upheld.cases.writing import _mail

    raw = (
        b"From: a@post.example\r\n"
        b"Subject: =?utf-8?q?hello=0D=0ABcc:_everybody=40post.example?=\r\n\r\nhello"
    )
    _took(raw)
    reply = _letters()[1]
    with purpose("after_sales", actor=DESK):
        sent = _mail(box("support"), reply, "default").message()
    assert sent["Bcc"] is None
    assert sent["To"] == "a@post.example"
