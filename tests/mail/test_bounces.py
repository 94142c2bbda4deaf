"""What comes back: which mail it speaks of, what follows, and what is not believed."""

from __future__ import annotations

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.core import mail as django_mail
from django.utils import timezone

from tests.mail.conftest import LIST, Person, letter
from tests.mail.reports import bounce, complaint
from upheld import consent, mail
from upheld.errors import MailError
from upheld.mail import returning, troubles
from upheld.mail.bounces.reading import Returned, read
from upheld.mail.bounces.taking import take
from upheld.mail.models import MailTrouble, SentMail

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _returns(monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from upheld.conf import conf

    chosen = replace(conf(), MAIL_RETURN="bounces@aldgrove.example")
    monkeypatch.setattr(returning, "conf", lambda: chosen)


def sent(person: Person) -> str:
    """Send one mail by choice; return the path that it would come back by."""
    person.says(True)
    mail.send(letter(person), klass="marketing", subject=person.subject, purpose=LIST)
    return str(django_mail.outbox[-1].from_email)


def goes(person: Person) -> bool:
    try:
        mail.send(letter(person), klass="marketing", subject=person.subject, purpose=LIST)
    except MailError:
        return False
    return True


def test_each_mail_has_a_return_path_that_names_nobody(anna: Person) -> None:
    one, two = sent(anna), sent(anna)
    assert one != two
    for path in (one, two):
        assert path.startswith("bounces+") and path.endswith("@aldgrove.example")
        assert path == path.lower() and len(path.partition("@")[0]) <= 64
        assert not any(word in path for word in ("anna", "member", "weekly"))
    row = SentMail.objects.get(pk=returning.mark_in(two))
    assert (row.subject, row.klass, row.purpose, row.outcome) == (
        anna.subject, "marketing", LIST, "sent"
    )  # fmt: skip


@pytest.mark.parametrize("status", ["5.1.1", "5.1.2", "5.1.10", "5.2.1", "5.4.4"])
def test_a_hard_bounce_ends_mail_by_choice_and_no_other(anna: Person, status: str) -> None:
    assert take(bounce(sent(anna), status=status)) == "hard"
    assert not goes(anna)
    mail.send(letter(anna), klass="contract", subject=anna.subject)
    assert SentMail.objects.filter(outcome="bounced").count() == 1
    # No address is kept: who has the table alone learns nothing.
    [row] = MailTrouble.objects.all()
    assert "anna" not in row.digest and len(row.digest) == 20


def test_a_yes_after_the_bounce_counts(anna: Person) -> None:
    take(bounce(sent(anna)))
    anna.says(False)
    anna.says(True)
    assert goes(anna)


def test_soft_bounces_count_and_rest(anna: Person) -> None:
    for number in range(troubles.MOST_SOFT):
        assert goes(anna) or number == 0
        assert take(bounce(sent(anna), action="delayed", status="4.2.2")) == "soft"
    assert not goes(anna)
    later = timezone.now() + troubles.SOFT_DAYS + timedelta(days=1)
    with patch("django.utils.timezone.now", return_value=later):
        assert goes(anna)
    assert mail.forget_old("default") == 0
    MailTrouble.objects.update(until=timezone.now() - timedelta(days=1))
    assert mail.forget_old("default") == 1


def test_the_same_report_twice_counts_once(anna: Person) -> None:
    path = sent(anna)
    for _ in range(troubles.MOST_SOFT + 1):
        take(bounce(path, action="delayed", status="4.2.2"))
    assert goes(anna)


def test_a_full_mailbox_is_no_end(anna: Person) -> None:
    assert take(bounce(sent(anna), status="5.2.2")) == "soft"
    assert goes(anna)


def test_a_complaint_ends_the_list_and_mail_by_choice(anna: Person) -> None:
    path = sent(anna)
    wire = django_mail.outbox[-1].message().as_string()
    head = wire.partition("\n\n")[0].replace(f"Return-Path: {path}", "")
    assert take(complaint(head)) == "complaint"
    assert not consent.allowed(anna.subject, LIST)
    assert consent.history(anna.subject, LIST)[-1].method == "complaint"
    assert not goes(anna)
    assert SentMail.objects.get(pk=returning.mark_in(path)).outcome == "complained"
    mail.send(letter(anna), klass="contract", subject=anna.subject)


def test_a_report_that_it_is_no_spam_ends_nothing(anna: Person) -> None:
    assert take(complaint(f"Return-Path: <{sent(anna)}>", "not-spam")) == "other"
    assert goes(anna)


@pytest.mark.parametrize(
    "forge",
    [
        lambda path: path.replace("-", "-0", 1)[: len(path)],
        lambda path: path[:10] + ("0" if path[10] != "0" else "1") + path[11:],
        lambda path: "bounces@aldgrove.example",
        lambda path: "bounces+00000000000000000000-000000000000@aldgrove.example",
        lambda path: "anna@post.example",
    ],
)
def test_a_forged_return_path_ends_nothing(anna: Person, forge: object) -> None:
    path = forge(sent(anna))  # type: ignore[operator]  # one of the functions above
    assert take(bounce(path, copy="To: anna@post.example")) == "foreign"
    assert MailTrouble.objects.count() == 0
    assert goes(anna)


def test_a_return_path_whose_letters_a_server_raised_is_ours(anna: Person) -> None:
    assert take(bounce(sent(anna).upper())) == "hard"


def test_a_report_for_another_persons_mail_touches_that_mail_alone(
    anna: Person, bert: Person
) -> None:
    path = sent(anna)
    sent(bert)
    take(bounce(path, copy="To: bert@post.example"))
    assert goes(bert) and not goes(anna)


def test_a_bounce_of_an_erased_person_is_foreign(anna: Person) -> None:
    path = sent(anna)
    mail.forget([anna.subject])
    assert take(bounce(path)) == "foreign"


MALFORMED = [
    b"",
    b"\r\n\r\n",
    b"\xff\xfe\x00" * 100,
    b"Content-Type: multipart/report; report-type=delivery-status; boundary=x\r\n\r\n",
    b"Content-Type: multipart/report; report-type=delivery-status\r\n\r\nno boundary",
    b'Content-Type: multipart/report; report-type="delivery-status"; boundary=x\r\n\r\n--x\r\n'
    b"Content-Type: message/delivery-status\r\n\r\n\r\n--x--",
    b"Content-Type: multipart/report; report-type=feedback-report; boundary=x\r\n\r\n--x\r\n"
    b"Content-Type: message/feedback-report\r\n\r\nFeedback-Type:\r\n--x--",
    b"Content-Type: multipart/report; report-type*=%%%; boundary=x\r\n\r\n--x--",
    b"To: " + b"<a" * 5000 + b"\r\n\r\n",
    b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\n\r\n" * 500,
    (b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n") * 200,
]


@pytest.mark.parametrize("raw", MALFORMED)
def test_a_malformed_report_is_read_as_nothing(raw: bytes, db: None) -> None:
    assert read(raw) == Returned("other", "")
    assert take(raw) == "foreign"


@pytest.mark.parametrize("cut", range(0, 1100, 50))
def test_a_report_that_is_cut_off_never_raises(anna: Person, cut: int) -> None:
    assert take(bounce(sent(anna))[:cut]) in ("foreign", "other", "soft", "hard")


def test_machines_do_not_talk_to_machines(anna: Person) -> None:
    """An automatic answer leaves with an empty return path: nothing comes back to loop."""
    mail.send(
        letter(anna, headers={"Auto-Submitted": "auto-replied"}), klass="service", subject=None
    )
    assert django_mail.outbox[-1].from_email == ""
    assert "X-Upheld-Return" not in django_mail.outbox[-1].message().as_string()
    assert take(bounce("")) == "foreign"
