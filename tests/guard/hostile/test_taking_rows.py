"""Ways to make one's own row of somebody else's, or to give one away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F, Subquery, Value

from tests.guard.conftest import Clinic, as_, stored
from tests.project.clinic.models import (
    Address,
    Appointment,
    Document,
    Invoice,
    Patient,
    Scan,
    Topic,
)
from upheld.errors import PurposeError, SealedUse
from upheld.sealing import is_sealed


def owners() -> dict[str, int | None]:
    """Who the invoices belong to."""
    with as_("upkeep"):
        return dict(Invoice.objects.values_list("number", "user_id"))


GIVING: list[Callable[[Clinic], Any]] = [
    lambda c: Invoice.objects.create(number="X", user=c.bob),
    lambda c: Invoice.objects.create(number="X", user_id=Value(c.bob.pk)),
    lambda c: Invoice.objects.create(number="X", user_id=Value(Value(c.bob.pk))),
    lambda c: Invoice.objects.create(
        number="X", user_id=Subquery(Topic.objects.annotate(v=Value(c.bob.pk)).values("v")[:1])
    ),
    lambda c: Invoice.objects.bulk_create([Invoice(number="X", user_id=Value(c.bob.pk))]),
    lambda c: Invoice.objects.bulk_create(
        [Invoice(number="X", user=c.ann), Invoice(number="Y", user=c.bob)]
    ),
    lambda c: Invoice.objects.update(user=c.bob),
    lambda c: Invoice.objects.update(user=Value(c.bob.pk)),
    lambda c: Invoice.objects.update(user_id=F("user_id") + 1),
    lambda c: Invoice.objects.bulk_update(
        [Invoice(pk=Invoice.objects.get().pk, user=c.bob)], ["user"]
    ),
    lambda c: Invoice.objects.bulk_create(
        [Invoice(number="N-bob", user=c.ann, content="mine")],
        update_conflicts=True,
        unique_fields=["number"],
        update_fields=["content", "user"],
    ),
    lambda c: c.bob_patient.topics.add(Topic.objects.get(title="Eyes")),
    lambda c: Patient.topics.through.objects.create(
        patient_id=c.bob_patient.pk, topic_id=Topic.objects.get(title="Eyes").pk
    ),
]  # fmt: skip


@pytest.mark.parametrize("give", GIVING)
def test_no_row_changes_hands(clinic: Clinic, give: Callable[[Clinic], Any]) -> None:
    before = owners()
    with clinic.own(clinic.ann), pytest.raises(PurposeError), transaction.atomic():
        give(clinic)
    assert owners() == before


def test_values_in_expressions_are_still_values(clinic: Clinic) -> None:
    with clinic.own(clinic.ann):
        Invoice.objects.create(number="X", user_id=Value(clinic.ann.pk))
        assert Invoice.objects.update(user_id=Value(clinic.ann.pk)) == 2


def address_of(clinic: Clinic, patient: Patient) -> Address:
    """The patient's address as the engine sees it."""
    with as_("upkeep"):
        return Address.objects.get(appointments__patient=patient)


LINKING: list[Callable[[Clinic, int], Any]] = [
    lambda c, pk: Appointment.objects.create(patient=c.ann_patient, address_id=pk),
    lambda c, pk: Appointment.objects.create(patient=c.ann_patient, address_id=Value(pk)),
    lambda c, pk: Appointment.objects.create(address_id=pk),
    lambda c, pk: Appointment.objects.filter(patient=c.ann_patient).update(address_id=pk),
    lambda c, pk: Appointment.objects.filter(patient=c.ann_patient).update(address=Value(pk)),
    lambda c, pk: Appointment.objects.filter(patient=c.ann_patient).update(
        address_id=F("address_id") - F("address_id") + pk
    ),
    lambda c, pk: Appointment.objects.bulk_update(
        [Appointment(pk=Appointment.objects.get(patient__isnull=False).pk, address_id=pk)],
        ["address"],
    ),
]


@pytest.mark.parametrize("link", LINKING)
def test_no_link_to_another_persons_row(clinic: Clinic, link: Callable[[Clinic, int], Any]) -> None:
    bobs = address_of(clinic, clinic.bob_patient)
    with clinic.own(clinic.ann):
        with pytest.raises(PurposeError), transaction.atomic():
            link(clinic, bobs.pk)
        assert bobs.pk not in Address.objects.values_list("pk", flat=True)


@pytest.mark.parametrize("link", LINKING)
def test_no_link_to_a_row_sealed_for_another_and_not_linked_yet(
    clinic: Clinic, link: Callable[[Clinic, int], Any]
) -> None:
    with clinic.own(clinic.bob):
        waiting = Address.objects.create(line1="9 Side Street")
    with clinic.own(clinic.ann), pytest.raises(PurposeError), transaction.atomic():
        link(clinic, waiting.pk)
    with clinic.own(clinic.bob):
        Appointment.objects.create(patient=clinic.bob_patient, address=waiting)
        assert Address.objects.get(pk=waiting.pk).line1 == "9 Side Street"


def test_no_child_row_below_another_persons_parent_row(clinic: Clinic) -> None:
    with as_("upkeep"):
        parent = Document.objects.create(patient=clinic.bob_patient, title="of bob")
    for key in (parent.pk, Value(parent.pk)):
        child = Scan(document_ptr_id=key, finding="x")
        with clinic.own(clinic.ann), pytest.raises(PurposeError), transaction.atomic():
            child.save_base(raw=True)
    with as_("upkeep"):
        assert not Scan.objects.exists()


UPSERTS: list[Callable[[Clinic], Any]] = [
    lambda c: Patient.objects.bulk_create(
        [Patient(pk=c.ann_patient.pk, user=c.bob, name="Zoe")],
        update_conflicts=True, unique_fields=["id"], update_fields=["name"],
    ),
    lambda c: Patient.objects.bulk_create(
        [Patient(pk=c.ann_patient.pk, user=c.ann)],
        update_conflicts=True, unique_fields=["id"], update_fields=["user"],
    ),
    lambda c: Invoice.objects.bulk_create(
        [Invoice(number="N-ann", user=c.bob)],
        update_conflicts=True, unique_fields=["number"], update_fields=["user"],
    ),
    lambda c: Patient.objects.bulk_create(
        [Patient(user=c.ann, name="Quill")], ignore_conflicts=True
    ),
    lambda c: User.objects.bulk_create([User(username="q", email="q@mail.example")],
                                       ignore_conflicts=True),
]  # fmt: skip


@pytest.mark.parametrize("upsert", UPSERTS)
def test_upserts_that_would_seal_wrongly(clinic: Clinic, upsert: Callable[[Clinic], Any]) -> None:
    with as_("upkeep"):
        with pytest.raises(SealedUse), transaction.atomic():
            upsert(clinic)
        found = Patient.objects.order_by("pk").values_list("name", flat=True)
        assert list(found) == ["Ann Lee", "Bob Lee"]


def test_upserts_of_what_is_not_sealed_stay_possible(clinic: Clinic) -> None:
    with as_("upkeep"):
        Invoice.objects.bulk_create(
            [Invoice(number="N-ann", user=clinic.ann, content="lenses")],
            update_conflicts=True,
            unique_fields=["number"],
            update_fields=["content"],
        )
        assert Invoice.objects.get(number="N-ann").content == "lenses"


def test_an_upsert_empties_no_column_that_may_not_be_written(clinic: Clinic) -> None:
    from tests.guard.conftest import DISPATCH

    with as_("order_fulfilment", DISPATCH), pytest.raises(PurposeError), transaction.atomic():
        Invoice.objects.bulk_create(
            [Invoice(number="N-guest", guest_email="")],
            update_conflicts=True,
            unique_fields=["number"],
            update_fields=["number"],
        )


def test_people_and_values_in_one_bulk_update(clinic: Clinic) -> None:
    with as_("upkeep"):
        invoice = Invoice.objects.get(number="N-guest")
        invoice.user, invoice.guest_email = clinic.bob, "bob@mail.example"
        with pytest.raises(SealedUse), transaction.atomic():
            Invoice.objects.bulk_update([invoice], ["user", "guest_email"])
        invoice.save()
        assert is_sealed(stored("clinic_invoice", "guest_email", invoice.pk))
        assert Invoice.objects.get(number="N-guest").guest_email == "bob@mail.example"
