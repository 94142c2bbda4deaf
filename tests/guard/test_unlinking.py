"""Deleting one's own row that rows of others, which nobody sees, point to."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.db.models import CASCADE, PROTECT

from tests.guard.conftest import Clinic, as_
from tests.project.clinic.models import Address, Appointment, Invoice, Patient
from upheld.errors import PurposeError
from upheld.journal.buffer import fresh_buffer


def row(pk: int) -> dict[str, object]:
    with as_("upkeep"):
        return Patient.objects.filter(pk=pk).values().get()


@pytest.mark.django_db(transaction=True)
def test_a_link_that_may_be_null_is_cut(clinic: Clinic) -> None:
    """Bob was referred by Ann, who leaves."""
    before = row(clinic.bob_patient.pk)
    assert before["referred_by_id"] == clinic.ann_patient.pk
    with clinic.own(clinic.ann):
        clinic.ann_patient.delete()
    assert row(clinic.bob_patient.pk) == {**before, "referred_by_id": None}
    with as_("upkeep"):
        assert Patient.objects.count() == 1
        assert not Appointment.objects.filter(reason="check of ann").exists()
    connection.check_constraints()


def test_it_is_noted_as_upkeep(clinic: Clinic) -> None:
    with fresh_buffer() as buffer, clinic.own(clinic.ann):
        Patient.objects.all().delete()
    (noted,) = (g.first for g in buffer.groups.values() if g.first.decision == "unlinked")
    assert (noted.purpose, noted.model, noted.rows) == ("upkeep", "clinic.Patient", 1)
    assert dict(noted.details) == {"column": "referred_by"}


def test_it_is_taken_back_with_the_deletion(clinic: Clinic) -> None:
    class Stop(Exception):
        pass

    with pytest.raises(Stop), transaction.atomic(), clinic.own(clinic.ann):
        clinic.ann_patient.delete()
        raise Stop
    assert row(clinic.bob_patient.pk)["referred_by_id"] is not None


@pytest.mark.parametrize("kind", [CASCADE, PROTECT])
def test_nothing_of_others_is_taken_along(
    clinic: Clinic, kind: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    field = Patient._meta.get_field("referred_by")
    monkeypatch.setattr(field.remote_field, "on_delete", kind)
    with clinic.own(clinic.ann), pytest.raises(PurposeError) as caught, transaction.atomic():
        Patient.objects.filter(pk=clinic.ann_patient.pk).delete()
    assert str(caught.value) == (
        "rows of `clinic.Patient` that the purpose `own` does not see hang on the row of"
        " `clinic.Patient` (it can only be deleted under a purpose that may touch them too)"
    )
    with as_("upkeep"):
        assert Patient.objects.count() == 2


def test_what_is_somebody_elses_too_stays(clinic: Clinic) -> None:
    """An address that two people use is each one's own, and nobody's to take away."""
    with as_("upkeep"):
        shared = Address.objects.get(appointments__patient=clinic.ann_patient)
        Appointment.objects.filter(patient=clinic.bob_patient).update(address=shared)
    with clinic.own(clinic.ann), pytest.raises(PurposeError), transaction.atomic():
        Address.objects.filter(pk=shared.pk)._raw_delete("default")
    with clinic.own(clinic.ann):
        Address.objects.get(pk=shared.pk).delete()  # Django cuts Ann's own link first
    with as_("upkeep"):
        assert Appointment.objects.get(address=shared).patient == clinic.bob_patient


def test_rows_that_are_seen_are_left_to_django(clinic: Clinic) -> None:
    with fresh_buffer() as buffer, as_("upkeep"):
        clinic.ann.delete()
        assert Patient.objects.get().referred_by_id is None
        assert Invoice.objects.filter(number="N-ann", user=None).count() == 1
    assert not [g for g in buffer.groups.values() if g.first.decision == "unlinked"]
