"""Observe mode lets pass and records; the report says what would be refused, and why."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.db.models.functions import Lower
from django.test import Client

from tests.guard.conftest import DISPATCH, Clinic, as_, mode, stored
from tests.project.clinic.models import Invoice, Patient, Topic
from upheld.errors import SealedUse
from upheld.guard.models import RefusalCount
from upheld.guard.record import take
from upheld.sealing import is_sealed


@pytest.fixture(autouse=True)
def nothing_recorded() -> None:
    take()


def test_everything_passes_and_is_recorded(clinic: Clinic) -> None:
    with mode("observe"), as_("order_fulfilment", DISPATCH):
        patient = Patient.objects.get(pk=clinic.ann_patient.pk)
        assert (patient.colour, patient.phone) == ("red", "12345")
        assert list(Patient.objects.order_by("colour").values_list("colour", flat=True)) == [
            "blue", "red",
        ]  # fmt: skip
        assert Topic.objects.filter(patients__colour="red").count() == 1
        Patient.objects.filter(pk=clinic.bob_patient.pk).update(colour="green")
        Invoice.objects.create(number="N-7", guest_email="x@mail.example")
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM auth_user")
            assert cursor.fetchone()[0] == 2
        recorded = {(r.target, r.action, r.reason) for r in take()}
    assert ("clinic.Patient.colour", "read", "deferred") in recorded
    assert ("clinic.Patient.phone", "read", "masked") in recorded
    assert ("clinic.Patient.colour", "read", "not-granted") in recorded
    assert ("clinic.Patient.colour", "match", "not-granted") in recorded
    assert ("clinic.Patient.colour", "write", "not-granted") in recorded
    assert ("clinic.Invoice.number", "write", "not-granted") in recorded
    assert any(reason == "raw" for _, _, reason in recorded)


def test_rows_are_not_limited(clinic: Clinic) -> None:
    with mode("observe"), clinic.own(clinic.ann):
        assert Patient.objects.count() == 2
    with mode("observe"), as_(None):
        assert Patient.objects.count() == 2
        assert len(User.objects.all()) == 2


def test_sealing_still_works(clinic: Clinic) -> None:
    with mode("observe"), as_(None):
        Patient.objects.filter(pk=clinic.ann_patient.pk).update(email="new@mail.example")
        assert Patient.objects.get(email="new@mail.example").name == "Ann Lee"
        with pytest.raises(SealedUse):
            list(Patient.objects.annotate(x=Lower("name")))
    assert is_sealed(stored("clinic_patient", "email", clinic.ann_patient.pk))


def test_request_in_observe_mode_is_counted(clinic: Clinic) -> None:
    with mode("observe"):
        assert Client().get("/unmapped/").content == b"['Ann Lee', 'Bob Lee']"
    with as_("upkeep"):
        count = RefusalCount.objects.get(target="clinic.Patient.name", action="read")
    assert (count.place, count.reason, count.enforced, count.count) == (
        "unmapped", "no-purpose", False, 1,
    )  # fmt: skip
    with mode("observe"):
        Client().get("/unmapped/")
    with as_("upkeep"):
        count.refresh_from_db()
    assert count.count == 2
