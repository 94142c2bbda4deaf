from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.utils import timezone

from tests.rights.conftest import Person, make_person
from tests.rights.requests.conftest import ask, letters
from upheld import journal
from upheld.errors import RightsError
from upheld.guard.finishing import finish
from upheld.rights.requests.matching import candidates, names_held
from upheld.rights.requests.models import RightsRequest
from upheld.rights.requests.opening import Asked, open_request
from upheld.rights.requests.sealed import opened


def test_a_fresh_sign_in_is_proof_where_the_policy_says_so(ben: Person) -> None:
    row = ask("copy", ben.subject)
    assert (row.state, row.reason, row.right) == ("in_progress", "", "copy")
    assert row.verified_by == "account"
    assert [event.step for event in row.events.all()] == ["open", "acknowledge", "verify"]


def test_elsewhere_proof_is_asked_for(ben: Person) -> None:
    row = ask("deletion", ben.subject)
    assert (row.state, row.reason) == ("in_progress", "need_user_verification")
    assert row.verified_at is None
    assert row.expires_at is not None
    assert (row.expires_at - timezone.now()).days in (29, 30)


def test_the_dates_of_law_and_promise_stand_side_by_side(ben: Person) -> None:
    row = ask("deletion", ben.subject, received_at=datetime(2026, 11, 20, 15, tzinfo=UTC))
    assert row.lawful_by == date(2027, 1, 4)
    assert row.verify_by == date(2026, 11, 30)
    assert row.promised_by is None
    assert row.next_by == row.verify_by
    assert row.law == "ccpa"
    assert row.calendar.startswith("holidays ")
    last = row.events.last()
    assert last is not None
    assert last.details["verify_by"] == "2026-11-30"
    assert last.details["calendar"] == row.calendar


def test_the_person_is_told_of_the_arrival_and_the_dates(ben: Person) -> None:
    ask("deletion", ben.subject, received_at=datetime(2026, 11, 20, 15, tzinfo=UTC))
    ((to, text),) = letters()
    assert to == "ben@post.example"
    assert "Delete my account and my data" in text
    assert "We check it by 30 November 2026." in text
    assert "The law allows us until 4 January 2027 at most." in text


def test_a_double_click_opens_one_request(ben: Person) -> None:
    first = open_request(Asked("complaint", "member_centre", "form-7", ben.subject))
    again = open_request(Asked("complaint", "member_centre", "form-7", ben.subject))
    other = open_request(Asked("complaint", "member_centre", "form-8", ben.subject))
    assert (first.created, again.created, other.created) == (True, False, True)
    assert first.request.pk == again.request.pk != other.request.pk


def test_of_some_kinds_one_runs_at_a_time(ben: Person) -> None:
    first = open_request(Asked("deletion", "member_centre", "form-1", ben.subject))
    second = open_request(Asked("deletion", "mail", "<m@post.example>", ben.subject))
    assert (second.created, second.request.pk) == (False, first.request.pk)


def test_two_people_may_send_the_same_key(ann: Person, ben: Person) -> None:
    assert ask("copy", ann.subject, key="k").pk != ask("copy", ben.subject, key="k").pk


def test_every_step_is_in_the_evidence_log(ben: Person) -> None:
    row = ask("copy", ben.subject)
    finish()
    journal.sequence()
    found = [entry for entry in journal.events_of(ben.subject) if entry.kind == "request"]
    assert len(found) == 3
    assert {event.event for event in row.events.all()} == {
        event.event for event in row.events.all() if event.event
    }
    assert journal.verify().findings == ()


def test_what_was_written_is_kept_sealed_and_without_a_card_number(ben: Person) -> None:
    row = ask(
        "complaint",
        ben.subject,
        words="My card 4111 1111 1111 1111 was asked for",
        contact="b@c.example",
    )
    with connection.gate.trusting(), connection.cursor() as cursor:
        cursor.execute("SELECT words, contact FROM upheld_request")
        ((words, contact),) = cursor.fetchall()
    assert words.startswith("u1:")
    assert contact.startswith("u1:")
    assert opened(row.words) == "My card ••••••••••••••••••• was asked for"


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (Asked("gossip", "mail", "k"), "`gossip` is no kind of request"),
        (Asked("copy", "mail", " "), "a request needs a key"),
        (
            Asked("copy", "mail", "k", received_at=datetime(2026, 11, 1)),
            "the moment of receipt has no time zone",
        ),
        (
            Asked("copy", "mail", "k", received_at=datetime(2999, 1, 1, tzinfo=UTC)),
            "the moment of receipt lies in the future",
        ),
    ],
)
def test_what_cannot_be_a_request(asked: Asked, message: str) -> None:
    with pytest.raises(RightsError) as caught:
        open_request(asked)
    assert caught.value.message == message
    assert not RightsRequest.objects.exists()


def test_an_address_leads_to_whoever_is_known_by_it(ann: Person) -> None:
    assert candidates("Ann@Post.example ") == (ann.subject,)
    assert candidates("nobody@post.example") == ()
    assert candidates("not an address") == ()


def test_two_accounts_behind_one_address_are_both_named(ann: Person) -> None:
    from django.contrib.auth.models import User

    from tests.rights.conftest import ENGINE
    from upheld.context import purpose

    twin = make_person("Annette")
    with purpose("rights", actor=ENGINE, subject=twin.subject):
        User.objects.filter(pk=twin.user.pk).update(email="ann@post.example")
    assert candidates("ann@post.example") == (ann.subject, twin.subject)


def test_the_names_behind_a_subject_show_an_address_that_changed_hands(ann: Person) -> None:
    assert names_held(ann.subject) == ("Ann Oakes",)
