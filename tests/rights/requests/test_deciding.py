from __future__ import annotations

import io
import json
import zipfile
from datetime import date

import pytest
from django.contrib.auth.models import User
from django.db import connection

from tests.project.clinic.models import Patient
from tests.rights.conftest import ENGINE, Person
from tests.rights.requests.conftest import ask, letters
from upheld import consent, keyring, rights
from upheld.context import Actor, purpose
from upheld.errors import KeyDestroyed, RightsError
from upheld.rights.requests.collecting import NothingToCollect, collect, may_collect
from upheld.rights.requests.correcting import correct, correctables
from upheld.rights.requests.deciding import (
    OwnRequest,
    deny,
    expire,
    fulfil,
    pause,
    resume,
    revoke,
)
from upheld.rights.requests.models import RightsRequest
from upheld.rights.requests.opening import verify
from upheld.rights.requests.sealed import opened
from upheld.rights.requests.states import WrongMove


def test_a_copy_is_fetched_once(ann: Person) -> None:
    row = fulfil(ask("copy", ann.subject))
    assert (row.state, may_collect(row)) == ("fulfilled", True)
    with zipfile.ZipFile(io.BytesIO(collect(row).read())) as bundle:
        assert "ann@post.example" in bundle.read("json/contact-email.json").decode()
    row.refresh_from_db()
    assert not may_collect(row)
    with pytest.raises(NothingToCollect) as caught:
        collect(row)
    assert str(caught.value) == (
        "there is no copy to fetch (ask for a new one: the last was given out once)"
    )


def test_the_copy_is_not_kept_anywhere(ann: Person) -> None:
    row = fulfil(ask("copy", ann.subject))
    collect(row).close()
    row.refresh_from_db()
    assert "7 Mill Lane" not in json.dumps([str(v) for v in row.__dict__.values()])


def test_a_deletion_erases_the_person_and_empties_the_request(ben: Person) -> None:
    row = verify(ask("deletion", ben.subject, words="Please, my name is Ben"), "document")
    token = row.words
    assert row.promised_by is not None
    letters()
    done = fulfil(row, answer="All gone.")
    with purpose("rights", actor=ENGINE):
        assert not User.objects.filter(pk=ben.user.pk).exists()
    assert (done.state, done.subject, done.words, done.answer) == ("fulfilled", None, "", "")
    assert len(done.receipt) == 32
    with pytest.raises(KeyDestroyed):
        keyring.sealer().open(token)
    ((to, text),) = letters()
    assert to == "ben@post.example"
    assert f"/privacy/receipts/{done.receipt}/" in text
    assert "All gone." in text


def test_a_deletion_that_must_wait_stays_open(ben: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rights.blocking, "_questions", [lambda s, u: "A parcel is on its way."])
    row = verify(ask("deletion", ben.subject), "document")
    with pytest.raises(rights.ErasureBlocked):
        fulfil(row)
    row.refresh_from_db()
    assert (row.state, row.subject) == ("in_progress", ben.subject)


def test_nothing_is_done_for_whom_nobody_knows(ben: Person) -> None:
    row = ask("deletion", ben.subject)
    with pytest.raises(WrongMove):
        fulfil(row)
    with purpose("rights", actor=ENGINE):
        assert User.objects.filter(pk=ben.user.pk).exists()


def test_a_second_decision_is_refused(ben: Person) -> None:
    row = ask("copy", ben.subject)
    fulfil(row)
    with pytest.raises(WrongMove):
        deny(row, "no_match")
    with pytest.raises(WrongMove):
        fulfil(row)
    assert len(letters()) == 2  # acknowledged, fulfilled


def test_a_denial_names_the_ground_and_how_to_complain(ben: Person) -> None:
    row = deny(ask("copy", ben.subject), "too_many_requests", answer="You had one last week.")
    assert (row.state, row.reason) == ("denied", "too_many_requests")
    assert opened(row.answer) == "You had one last week."
    text = letters()[-1][1]
    assert "you asked for the same thing only a short time ago" in text
    assert "hello@aldgrove.example, or to the California Privacy Protection Agency" in text


@pytest.mark.parametrize(
    ("ground", "message"),
    [
        ("because", "`because` is no ground"),
        ("other", "the ground `other` needs words"),
    ],
)
def test_a_denial_needs_a_ground(ben: Person, ground: str, message: str) -> None:
    row = ask("copy", ben.subject)
    with pytest.raises(RightsError) as caught:
        deny(row, ground)
    assert caught.value.message == message
    row.refresh_from_db()
    assert row.state == "in_progress"


def test_nobody_of_the_staff_decides_on_their_own_request(ben: Person) -> None:
    row = ask("copy", ben.subject)
    staff = Actor("staff", ben.subject, frozenset({"privacy"}))
    with purpose("privacy_requests", actor=staff), pytest.raises(OwnRequest) as caught:
        fulfil(row)
    assert str(caught.value) == (
        "nobody decides on a request of their own (ask a colleague of the same post)"
    )


def test_a_withdrawn_consent_is_in_the_ledger(ben: Person) -> None:
    with purpose("own", subject=ben.subject):
        consent.record(
            ben.subject, "weekly_bundle_mail", True,
            wording="Weekly mail", version="1", place="test", method="test",
        )  # fmt: skip
    fulfil(ask("consent_withdrawal", ben.subject, about="weekly_bundle_mail"))
    assert not consent.allowed(ben.subject, "weekly_bundle_mail")


def test_an_objection_without_a_use_is_refused(ben: Person) -> None:
    row = ask("objection", ben.subject)
    with pytest.raises(RightsError) as caught:
        fulfil(row)
    assert caught.value.message == "the request does not say which use it is about"
    row.refresh_from_db()
    assert row.state == "in_progress"


def test_taken_back_or_run_out(ann: Person, ben: Person) -> None:
    assert revoke(ask("deletion", ann.subject)).state == "revoked"
    assert expire(ask("deletion", ben.subject)).state == "expired"
    texts = [text for _, text in letters()]
    assert "you took back your request" in texts[1]
    assert "has expired" in texts[3]


def test_a_pause_has_a_reason_and_an_end(ben: Person) -> None:
    row = verify(ask("deletion", ben.subject), "document")
    promised = row.promised_by
    with pytest.raises(RightsError):
        pause(row, " ")
    pause(row, "Which of your two accounts do you mean?")
    assert "Which of your two accounts do you mean?" in letters()[-1][1]
    with pytest.raises(RightsError) as caught:
        pause(row, "Once more")
    assert caught.value.message == "the clock stands still already"
    row = resume(row)
    assert row.promised_by == promised  # the same day: nothing was lost
    with pytest.raises(RightsError) as caught:
        resume(row)
    assert caught.value.message == "the clock does not stand still"


def test_a_correction_changes_the_persons_row_and_tells_no_value(ann: Person) -> None:
    row = ask("correction", ann.subject, words="My last name is Ash now")
    place = next(each for each in correctables(row) if each.column == "auth.User.last_name")
    correct(row, place.column, place.pk, "Ash")
    with purpose("rights", actor=ENGINE):
        assert User.objects.get(pk=ann.user.pk).last_name == "Ash"
    kept = json.dumps([event.details for event in row.events.all()])
    assert "auth.User.last_name" in kept
    assert "Ash" not in kept
    assert "Oakes" not in kept


@pytest.mark.parametrize("column", ["auth.User.password", "auth.User.username", "no.Such.column"])
def test_what_a_correction_does_not_reach(ann: Person, column: str) -> None:
    row = ask("correction", ann.subject)
    with pytest.raises(RightsError) as caught:
        correct(row, column, str(ann.user.pk), "x")
    assert caught.value.message == f"`{column}` cannot be corrected"


def test_a_correction_reaches_nobody_else(ann: Person, ben: Person) -> None:
    row = ask("correction", ann.subject)
    with pytest.raises(RightsError) as caught:
        correct(row, "clinic.Patient.name", str(ben.patient.pk), "Mallory")
    assert caught.value.message == "this row is not the person's"
    with purpose("rights", actor=ENGINE):
        assert Patient.objects.get(pk=ben.patient.pk).name == "Ben Oakes"


def test_an_erasure_elsewhere_closes_what_runs(ben: Person) -> None:
    from upheld.rights.requests.forgetting import forget

    row = ask("complaint", ben.subject, words="about Ben", contact="ben@post.example")
    forget(ben.subject)
    row.refresh_from_db()
    assert (row.state, row.subject, row.words, row.contact) == ("revoked", None, "", "")
    with connection.gate.trusting(), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM upheld_request")
        assert ben.subject not in str(cursor.fetchall())


def test_the_clock_of_a_closed_request_is_off(ben: Person) -> None:
    row = fulfil(ask("copy", ben.subject))
    assert (row.next_by, row.alarm_on) == (None, None)
    assert isinstance(row.lawful_by, date)
    assert RightsRequest.objects.get(pk=row.pk).closed_at is not None
