"""Ending mail by word: at once, for every account of the address, with how and when on record."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tests.mail.conftest import LIST, Person, letter, make
from upheld import consent, mail
from upheld.context import Actor, purpose
from upheld.errors import MailError
from upheld.mail.byword import stop_by_word

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 20)
STAFF = Actor("staff", "member:900", frozenset({"privacy"}))


def stop(address: str, *people: str, only: str = "") -> int:
    with purpose(None, actor=STAFF):
        return stop_by_word(address, people, channel="phone", day=DAY, only=only)


def test_the_ledger_says_how_when_and_by_whom(anna: Person) -> None:
    anna.says(True)
    assert stop(anna.address, anna.subject) == 1
    last = consent.history(anna.subject, LIST)[-1]
    assert (last.granted, last.method, last.place, last.actor) == (
        False, "staff-phone", "privacy desk", "member:900"
    )  # fmt: skip
    assert last.wording == "Asked by phone on 2026-11-20 to get no more of these mails"
    assert stop(anna.address, anna.subject) == 0  # asked twice


def test_it_holds_for_an_address_that_nobody_is_known_by(db: None) -> None:
    stop("Carl@Post.example")
    later = make("carl", "carl@post.example")
    # Imported from some list as agreeing before the call: the call counts.
    consent.record(
        later.subject, LIST, True, wording="w", version="1", place="p", method="form",
        at=datetime(2026, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    with pytest.raises(MailError) as error:
        mail.send(letter(later), klass="marketing", subject=later.subject, purpose=LIST)
    assert error.value.message == (
        f"the address of `{later.subject}` is not mailed, as somebody asked who has it"
    )
    later.says(False)
    later.says(True)
    mail.send(letter(later), klass="marketing", subject=later.subject, purpose=LIST)


def test_one_list_ends_alone(anna: Person) -> None:
    anna.says(True)
    stop(anna.address, anna.subject, only=LIST)
    assert not consent.allowed(anna.subject, LIST)
    anna.says(True)
    mail.send(letter(anna), klass="marketing", subject=anna.subject, purpose=LIST)
