from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.core import mail
from django.core.management import call_command
from django.utils import timezone

from tests.rights.conftest import ENGINE, Person
from tests.rights.requests.conftest import ask, letters
from upheld import keyring
from upheld.context import purpose
from upheld.datamap.active import active
from upheld.datamap.active import override as governed_by
from upheld.errors import KeyDestroyed
from upheld.policy.types import Right
from upheld.rights.requests import letters as room
from upheld.rights.requests.alarms import due, mind
from upheld.rights.requests.deciding import deny
from upheld.rights.requests.models import RequestLetter, RightsRequest
from upheld.rights.requests.sealed import opened

ALARM = date(2026, 11, 25)


@pytest.fixture
def row(ben: Person) -> RightsRequest:
    found = ask("deletion", ben.subject, received_at=datetime(2026, 11, 20, 15, tzinfo=UTC))
    letters()
    return found


def officer() -> None:
    with purpose("rights", actor=ENGINE):
        user = User.objects.create_user("ines", email="ines@aldgrove.example", is_staff=True)
        user.groups.add(Group.objects.get_or_create(name="post:privacy")[0])


def test_the_post_is_told_before_the_earlier_date(row: RightsRequest) -> None:
    officer()
    assert row.alarm_on == ALARM
    assert due(today=ALARM - timedelta(days=1)) == []
    assert [each.pk for each in due(today=ALARM)] == [row.pk]
    assert mind(today=ALARM).alarmed == 1
    ((to, text),) = [(m.to[0], str(m.body)) for m in mail.outbox]
    assert to == "ines@aldgrove.example"
    assert f"is due on 2026-11-30: in 5 days.\n\nIts number is {row.pk}." in text
    assert "ben" not in text.lower()


def test_once_a_day_until_it_is_done(row: RightsRequest) -> None:
    days = [ALARM, ALARM, ALARM + timedelta(days=1)]
    assert [mind(today=day).alarmed for day in days] == [1, 0, 1]


def test_without_anybody_in_the_post_the_house_is_told(row: RightsRequest) -> None:
    mind(today=date(2026, 12, 2))
    ((to, text),) = [(m.to[0], str(m.body)) for m in mail.outbox]
    assert to == "hello@aldgrove.example"
    assert "2 days ago" in text


def test_who_shows_nothing_in_time_has_asked_for_nothing(row: RightsRequest) -> None:
    RightsRequest.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    assert mind(today=ALARM - timedelta(days=3)).expired == 1
    row.refresh_from_db()
    assert row.state == "expired"
    assert mind(today=ALARM - timedelta(days=3)).expired == 0


def test_a_mail_that_fails_is_sent_later_and_then_forgotten(
    ben: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask("copy", ben.subject)
    letter = RequestLetter.objects.get()
    assert letter.content.startswith("u1:")

    def broken(*given: object, **named: object) -> None:
        raise OSError("no server")

    with monkeypatch.context() as patch:
        patch.setattr(room, "deliver", broken)
        assert room.send_waiting() == (0, 1)
    letter.refresh_from_db()
    assert (letter.failures, letter.claimed_at) == (1, None)
    assert room.send_waiting() == (1, 0)
    assert room.send_waiting() == (0, 0)
    with pytest.raises(KeyDestroyed):
        keyring.sealer().open(letter.content, column=room.COLUMN)


def test_a_letter_that_somebody_else_sends_now_is_left_alone(ben: Person) -> None:
    ask("copy", ben.subject)
    RequestLetter.objects.update(claimed_at=timezone.now())
    assert room.send_waiting() == (0, 1)
    RequestLetter.objects.update(claimed_at=timezone.now() - timedelta(minutes=11))
    assert room.send_waiting() == (1, 0)


def test_the_command_lists_and_minds(
    row: RightsRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    RightsRequest.objects.update(alarm_on=date(2020, 1, 1), next_by=date(2020, 1, 3))
    with pytest.raises(SystemExit) as left:
        call_command("upheld", "requests")
    assert left.value.code == 1
    said = capsys.readouterr().out
    assert f"! 2020-01-03  deletion           in_progress need_user_verification  {row.pk}" in said
    assert "1 running, 1 due" in said


def test_what_was_written_is_forgotten_long_after_the_end(ben: Person) -> None:
    row = deny(ask("complaint", ben.subject, words="It is late"), "other", answer="It came today")
    assert mind().tidied == 0
    RightsRequest.objects.update(closed_at=timezone.now() - timedelta(days=91))
    token = row.words
    assert mind().tidied == 1
    row.refresh_from_db()
    assert (row.words, row.contact, row.answer, row.address_mark) == ("", "", "", "")
    assert (row.state, row.subject) == ("denied", ben.subject)
    assert opened(token) == "(erased)"
    assert mind().tidied == 0


def test_a_mail_that_never_leaves_is_given_up(ben: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    ask("copy", ben.subject)
    RequestLetter.objects.update(written_at=timezone.now() - timedelta(days=15))

    def broken(*given: object, **named: object) -> None:
        raise OSError("no server")

    monkeypatch.setattr(room, "deliver", broken)
    room.send_waiting()
    assert not RequestLetter.objects.exists()


def test_prompt_without_a_law_is_two_working_days(ben: Person) -> None:
    policy = active().policy
    nowhere = replace(policy.controller, country="BN")  # no row of law is known for it
    prompt = policy.rights | {
        "objection": Right("objection", by=("member-centre",), proof="account", within="prompt")
    }
    with governed_by(policy=replace(policy, controller=nowhere, rights=prompt)):
        friday = datetime(2026, 11, 20, 15, tzinfo=UTC)
        row = ask("objection", ben.subject, about="recommending", received_at=friday)
        assert (row.lawful_by, row.promised_by) == (None, date(2026, 11, 24))
        assert row.alarm_on is not None
