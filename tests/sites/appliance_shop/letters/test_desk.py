"""The desks of the mailboxes: each for its post, each its own side of the walls."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from sites.appliance_shop.letters.models import SupportAttachment, SupportCase, SupportLetter
from tests.sites.appliance_shop.checkout.buyer import Caller, make_staff
from tests.sites.appliance_shop.letters.conftest import box, mail
from upheld.cases.intake import take
from upheld.context import Actor, purpose

pytestmark = pytest.mark.usefixtures("boxes")
CLERK = Actor("staff", "member:901", frozenset({"after_sales"}))
SUPPORT, PRESS = "/privacy/mail/support/", "/privacy/mail/press/"


def _at_desk(post: str) -> Caller:
    caller = Caller()
    caller.force_login(make_staff(post))
    return caller


def _taken() -> SupportCase:
    message = mail()
    message.add_attachment(b"<script>", maintype="text", subtype="html", filename="a b.html")
    take(box("support"), message.as_bytes(), "7:1")
    with purpose("after_sales", actor=CLERK):
        return SupportCase.objects.get()


def test_read_answer_close() -> None:
    case = _taken()
    desk, place = _at_desk("after_sales"), f"{SUPPORT}{case.token}/"
    assert "waits for an answer" in desk.get(SUPPORT).content.decode()
    page = desk.get(place).content.decode()
    assert "I wonder how loud the kettle is." in page
    assert "in quarantine" in page
    assert desk.post(place, {"do": "answer", "text": " "}).status_code == 400
    assert desk.post(place, {"do": "answer", "text": "It hums."}).status_code == 302
    assert desk.post(place, {"do": "close"}).status_code == 302
    page = desk.get(place).content.decode()
    assert "It hums." in page
    assert "Will be erased on" in page
    assert "will be erased on" in desk.get(SUPPORT).content.decode()
    late = desk.post(place, {"do": "answer", "text": "One more thing"}, follow=True)
    assert "The case is closed" in late.content.decode()


@pytest.mark.parametrize("post", ["press", "wholesale", "dispatch", "privacy"])
def test_other_posts_stay_out(post: str) -> None:
    case = _taken()
    desk = _at_desk(post)
    for path in (SUPPORT, f"{SUPPORT}{case.token}/"):
        assert desk.get(path).status_code == 403


def test_a_case_is_not_found_at_another_mailbox() -> None:
    case = _taken()
    assert _at_desk("press").get(f"{PRESS}{case.token}/").status_code == 404


def test_an_unknown_mailbox_looks_like_one_of_another_post() -> None:
    assert _at_desk("press").get("/privacy/mail/board/").status_code == 403


def test_a_visitor_signs_in_first() -> None:
    answer = Caller().get(SUPPORT)
    assert answer.status_code == 302
    assert "login" in answer.headers["Location"]


def test_what_people_write_is_never_run() -> None:
    take(
        box("support"),
        mail(topic="<b>x</b>", body="<script>alert(1)</script>").as_bytes(),
        "7:2",
    )
    with purpose("after_sales", actor=CLERK):
        case: Any = SupportCase.objects.get()
    page = _at_desk("after_sales").get(f"{SUPPORT}{case.token}/").content.decode()
    assert "<script>alert" not in page
    assert "<b>x</b>" not in page


def test_a_clean_file_is_a_download_and_nothing_else() -> None:
    case = _taken()
    with purpose("after_sales", actor=CLERK):
        file = SupportAttachment.objects.get()
    desk, path = _at_desk("after_sales"), f"{SUPPORT}{case.token}/{file.pk}/"
    assert desk.get(path).status_code == 404, "it is in quarantine"
    with purpose("after_sales", actor=CLERK):
        SupportAttachment.objects.update(
            state="clean", content=base64.b64encode(b"<script>").decode()
        )
    answer = desk.get(path)
    assert answer.content == b"<script>"
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="a b.html"'


def test_what_was_written_lies_sealed() -> None:
    _taken()
    from django.db import connection

    with connection.gate.trusting(), connection.cursor() as cursor:
        cursor.execute(f"SELECT body FROM {SupportLetter._meta.db_table}")
        stored = " ".join(row[0] for row in cursor.fetchall())
        cursor.execute(f"SELECT sender, topic FROM {SupportCase._meta.db_table}")
        stored += " ".join(" ".join(row) for row in cursor.fetchall())
    assert "kettle" not in stored
    assert "wren@post.example" not in stored
