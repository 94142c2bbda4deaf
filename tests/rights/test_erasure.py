from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client

from tests.project.clinic.models import Address, Appointment, Invoice, Note, Patient, Remark, Scan
from tests.rights.conftest import ENGINE, Person, furnish
from upheld import consent, journal, keyring, rights
from upheld.context import purpose
from upheld.datamap.bound import BoundModel
from upheld.errors import KeyDestroyed
from upheld.guard.escape import raw
from upheld.guard.finishing import finish
from upheld.guard.models import SessionLink
from upheld.rights import carrying


def erase(person: Person) -> dict[str, Any]:
    return rights.erase(person.subject, ground="asked in a test").content


def dump() -> str:
    """Everything in the database as text, sealed values as they lie there."""
    out = []
    with (
        purpose("upkeep", actor=ENGINE),
        raw("read everything in a test"),
        connection.cursor() as cursor,
    ):
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            out.append(f"{table}: {cursor.fetchall()!r}")
    return "\n".join(out)


def test_nothing_is_left_but_what_a_hold_keeps(ann: Person) -> None:
    receipt = erase(ann)
    with purpose("rights", actor=ENGINE):
        for model in (Patient, Appointment, Note, Address, Remark, Scan):
            assert not model.objects.exists(), model
        (invoice,) = Invoice.objects.all()
        assert (invoice.number, invoice.content) == (f"{ann.user.pk}-new", "Consultation")
        shell = User.objects.get()
        assert (shell.email, shell.first_name, shell.last_name) == ("", "", "")
        assert shell.username.startswith("erased-")
    assert [(kept["why"], kept["rows"]) for kept in receipt["kept"]] == [
        ("Invoices that the tax office may ask for", 1)
    ]
    left = dump().lower()
    assert "ann" not in left.replace("annotat", "")
    assert "oakes" not in left


def test_a_person_without_held_rows_goes_whole(ben: Person) -> None:
    receipt = erase(ben)
    with purpose("rights", actor=ENGINE):
        assert not User.objects.exists()
    assert receipt["kept"] == []
    assert receipt["rows_deleted"] == 2


def test_another_person_is_not_touched(ann: Person, ben: Person) -> None:
    furnish(ben)
    before = [
        (row.model.label, row.instance.pk, [value.shown for value in row.values])
        for row in rights.rows(ben.subject)
    ]
    erase(ann)
    after = [
        (row.model.label, row.instance.pk, [value.shown for value in row.values])
        for row in rights.rows(ben.subject)
    ]
    assert after == before


def test_an_address_of_two_people_stays_for_the_other(ann: Person, ben: Person) -> None:
    with purpose("rights", actor=ENGINE):
        shared = Address.objects.get()
    furnish(ben, address=shared)
    erase(ann)
    (address,) = rights.by_category(ben.subject)["address.delivery"]
    assert [value.shown for value in address.values] == ["7 Mill Lane", "10001"]


def test_the_keys_are_destroyed(ann: Person) -> None:
    with (
        purpose("upkeep", actor=ENGINE),
        raw("keep a ciphertext in a test"),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT email FROM auth_user WHERE id = %s", [ann.user.pk])
        (token,) = cursor.fetchone()
    assert keyring.sealer().open(token) == "ann@post.example"
    erase(ann)
    with pytest.raises(KeyDestroyed):
        keyring.sealer().open(token)


def test_the_log_still_verifies_and_leads_nowhere(ann: Person) -> None:
    rights.by_category(ann.subject)
    finish()
    assert journal.events_of(ann.subject) != []
    erase(ann)
    finish()
    journal.sequence()
    assert journal.events_of(ann.subject) == []
    assert journal.verify().findings == ()


def test_consents_go_with_the_person(ann: Person) -> None:
    with purpose("own", subject=ann.subject):
        consent.record(
            ann.subject,
            "weekly_bundle_mail",
            True,
            wording="Weekly mail",
            version="2026-11-22",
            place="test",
            method="test",
        )
    erase(ann)
    assert not consent.allowed(ann.subject, "weekly_bundle_mail")
    assert ann.subject not in dump()


def test_a_value_left_behind_undoes_everything(
    ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The re-scan is the last word: make the deletions skip the notes."""
    real = carrying.remove

    def forgetful(model: BoundModel, keys: Any, *args: Any, **more: Any) -> int:
        return 0 if model.label == "clinic.Note" else real(model, keys, *args, **more)

    monkeypatch.setattr(carrying, "remove", forgetful)
    with pytest.raises(rights.ErasureIncomplete) as caught:
        erase(ann)
    assert caught.value.hint == "nothing was erased; correct the map and try again"
    with purpose("rights", actor=ENGINE):
        assert Scan.objects.count() == 1
        assert User.objects.get(pk=ann.user.pk).email == "ann@post.example"


def test_erasing_twice_finds_nothing_more(ben: Person) -> None:
    erase(ben)
    assert erase(ben)["rows_deleted"] == 0


def test_the_sessions_of_a_person_end_with_them(ann: Person, client: Client) -> None:
    with purpose("authentication", actor=ENGINE):
        client.force_login(ann.user)
    session = client.session
    session["basket"] = "a kettle"
    session.save()
    shown = rights.by_category(ann.subject)["session.content"]
    assert [row.model.label for row in shown] == ["sessions.Session"]
    erase(ann)
    assert "session.content" not in rights.by_category(ann.subject)
    with purpose("rights", actor=ENGINE):
        assert not Session.objects.exists()
    assert not SessionLink.objects.exists()
