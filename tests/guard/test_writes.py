"""Insert, update and delete: permitted columns, permitted rows, nobody else's."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F, Subquery, Value
from django.db.models.functions import Concat

from tests.guard.conftest import AFTER_SALES, DISPATCH, Clinic, as_, stored
from tests.project.clinic.models import (
    Address,
    Appointment,
    Document,
    Invoice,
    Note,
    Patient,
    Scan,
    Topic,
)
from upheld.errors import PurposeError, SealedUse


def test_own_update_reaches_own_rows_alone(clinic: Clinic) -> None:
    with clinic.own(clinic.ann):
        assert Patient.objects.update(colour="green") == 1
        assert Patient.objects.filter(pk=clinic.bob_patient.pk).update(colour="x") == 0
    assert stored("clinic_patient", "colour", clinic.bob_patient.pk) == "blue"


def test_own_delete_reaches_own_rows_alone(clinic: Clinic) -> None:
    with clinic.own(clinic.ann):
        assert Note.objects.all().delete()[0] == 1
        assert Appointment.objects.filter(patient=clinic.bob_patient).delete()[0] == 0
    with as_("upkeep"):
        assert Note.objects.count() == 1
        assert Appointment.objects.count() == 3


def test_fast_deletes_of_the_collector_obey_too(clinic: Clinic) -> None:
    with as_("upkeep"):
        Patient.objects.update(referred_by=None)
    with clinic.own(clinic.ann):
        clinic.ann_patient.delete()
    with as_("upkeep"):
        assert [p.name for p in Patient.objects.all()] == ["Bob Lee"]
        assert Note.objects.get().text == "note on bob"


def test_delete_across_a_join(clinic: Clinic) -> None:
    with clinic.own(clinic.ann):
        Note.objects.filter(appointment__patient__colour__in=["red", "blue"]).delete()
    with as_("upkeep"):
        assert [n.text for n in Note.objects.all()] == ["note on bob"]


def test_update_across_a_join(clinic: Clinic) -> None:
    with clinic.own(clinic.ann):
        Appointment.objects.filter(patient__user__username__in=["ann", "bob"]).update(reason="x")
    with as_("upkeep"):
        reasons = Appointment.objects.order_by("pk").values_list("reason", flat=True)
        assert list(reasons) == ["x", "check of bob", "free slot"]


def test_update_of_a_parent_table(clinic: Clinic) -> None:
    with as_("upkeep"):
        for patient in (clinic.ann_patient, clinic.bob_patient):
            Scan.objects.create(patient=patient, title="t", finding="fine")
    with clinic.own(clinic.ann):
        Scan.objects.update(title="new", finding="better")
    with as_("upkeep"):
        assert sorted(Document.objects.values_list("title", flat=True)) == ["new", "t"]
        assert sorted(s.finding for s in Scan.objects.all()) == ["better", "fine"]


def test_row_for_somebody_else_is_refused(clinic: Clinic) -> None:
    with clinic.own(clinic.ann):
        with pytest.raises(PurposeError) as caught, transaction.atomic():
            Invoice.objects.create(number="N-1", user=clinic.bob)
        assert str(caught.value) == (
            "a row of `clinic.Invoice` may only be written for the person acted for under the"
            " purpose `own` (check whose keys the new values hold)"
        )
        Invoice.objects.create(number="N-1", user=clinic.ann)


def test_row_under_somebody_elses_row_is_refused(clinic: Clinic) -> None:
    with as_("upkeep"):
        others = Appointment.objects.get(patient=clinic.bob_patient)
    with clinic.own(clinic.ann), pytest.raises(PurposeError), transaction.atomic():
        Note.objects.create(appointment=others, text="mine")


def test_bulk_create_for_somebody_else_is_refused(clinic: Clinic) -> None:
    rows = [Invoice(number=f"B{i}", user=clinic.ann if i else clinic.bob) for i in range(3)]
    with clinic.own(clinic.ann):
        with pytest.raises(PurposeError), transaction.atomic():
            Invoice.objects.bulk_create(rows)
        Invoice.objects.bulk_create(rows[1:])
        assert Invoice.objects.count() == 3


def test_many_to_many_of_somebody_else_is_refused(clinic: Clinic) -> None:
    with as_("upkeep"):
        eyes = Topic.objects.get(title="Eyes")
    with clinic.own(clinic.ann):
        clinic.ann_patient.topics.add(eyes)
        with pytest.raises(PurposeError), transaction.atomic():
            clinic.bob_patient.topics.add(eyes)


def test_giving_a_row_away_is_refused(clinic: Clinic) -> None:
    with clinic.own(clinic.ann):
        mine = Invoice.objects.get()
        mine.user = clinic.bob
        with pytest.raises(PurposeError), transaction.atomic():
            mine.save()
        with pytest.raises(PurposeError), transaction.atomic():
            Invoice.objects.update(user=clinic.bob)


def test_taking_a_shared_row_of_somebody_else_is_refused(clinic: Clinic) -> None:
    with as_("upkeep"):
        theirs = Appointment.objects.get(patient=clinic.bob_patient).address
    with clinic.own(clinic.ann):
        with pytest.raises(PurposeError) as caught, transaction.atomic():
            Appointment.objects.create(patient=clinic.ann_patient, address=theirs)
        assert caught.value.target == "clinic.Address"
        with pytest.raises(PurposeError), transaction.atomic():
            Appointment.objects.filter(patient=clinic.ann_patient).update(address=theirs)


def test_guest_introduces_himself(clinic: Clinic) -> None:
    with as_("own"):
        Invoice.objects.create(number="N-new", guest_email="new@mail.example")
        with pytest.raises(PurposeError), transaction.atomic():
            Invoice.objects.create(number="N-x", user=clinic.ann)


def test_saving_a_row_that_is_not_among_ones_own_is_refused(clinic: Clinic) -> None:
    with clinic.own(clinic.ann), pytest.raises(PurposeError) as caught, transaction.atomic():
        clinic.bob_patient.save()
    assert caught.value.action == "write"
    assert stored("clinic_patient", "user_id", clinic.bob_patient.pk) == clinic.bob.pk


def test_column_that_may_not_be_written(clinic: Clinic) -> None:
    with as_("order_fulfilment", DISPATCH):
        invoice = Invoice.objects.get(number="N-ann")
        invoice.content = "lenses"
        invoice.save()  # the number is unchanged
        invoice.number = "N-2"
        with pytest.raises(PurposeError) as caught, transaction.atomic():
            invoice.save()
        assert str(caught.value) == (
            "`clinic.Invoice.number` may not be written for the purpose `order_fulfilment` (add"
            " `order.reference` to `may.write` if the notice allows it, promised by"
            " `why-address`)"
        )
        with pytest.raises(PurposeError), transaction.atomic():
            Invoice.objects.update(number=Concat("number", Value("x")))
        with pytest.raises(PurposeError), transaction.atomic():
            Invoice.objects.create(number="N-3")
        with pytest.raises(PurposeError), transaction.atomic():
            Invoice.objects.all().delete()


def test_unchanged_save_tells_that_the_row_is_there(clinic: Clinic) -> None:
    with as_("after_sales", AFTER_SALES):
        patient = Patient.objects.get(pk=clinic.ann_patient.pk)
        patient.save(update_fields=["name"])
        patient.save()
        patient.name = "Other"
        with pytest.raises(PurposeError), transaction.atomic():
            patient.save()


def test_empty_values_need_no_permission_to_be_inserted(clinic: Clinic) -> None:
    with as_("after_sales", AFTER_SALES):
        Appointment.objects.create(reason="call back")
    with as_("order_fulfilment", DISPATCH), pytest.raises(PurposeError), transaction.atomic():
        Appointment.objects.create(reason="call back")


def test_get_or_create_and_update_or_create(clinic: Clinic) -> None:
    with clinic.own(clinic.ann):
        _, made = Invoice.objects.get_or_create(number="N-ann", user=clinic.ann)
        assert not made
        row, made = Invoice.objects.update_or_create(
            number="N-9", user=clinic.ann, defaults={"content": "x"}
        )
        assert made
        _, made = Invoice.objects.update_or_create(number="N-9", defaults={"content": "y"})
        assert not made
        row.refresh_from_db()
        assert row.content == "y"


def test_expressions_are_decided(clinic: Clinic) -> None:
    with clinic.own(clinic.ann):
        Invoice.objects.update(total=F("total") + 1, content=Concat("content", Value("!")))
        assert Invoice.objects.get().content == "glasses!"
    with as_("statistics"), pytest.raises(PurposeError), transaction.atomic():
        Invoice.objects.update(content="x")


def test_a_column_that_is_only_matched_is_not_copied(clinic: Clinic) -> None:
    from dataclasses import replace

    from upheld.datamap.active import active, override
    from upheld.policy.types import Grant

    policy = active().policy
    grant = Grant(
        read=("order.content",), match=("taste.colour",),
        write=("order.content", "order.reference", "contact.phone"), rows="all",
    )  # fmt: skip
    rule = replace(policy.purposes["statistics"], may=grant)
    colour = Patient.objects.order_by("pk").values("colour")[:1]
    with (
        override(policy=replace(policy, purposes={**policy.purposes, "statistics": rule})),
        as_("statistics"),
    ):
        for write in (
            lambda: Invoice.objects.update(content=Subquery(colour)),
            lambda: Invoice.objects.create(number="N-5", content=Subquery(colour)),
            lambda: Patient.objects.update(phone=F("colour")),
        ):
            with pytest.raises(PurposeError), transaction.atomic():
                write()
        assert Invoice.objects.filter(user__patient__colour="red").update(content="x") == 1


def test_upsert_over_rows_of_others_is_refused(clinic: Clinic) -> None:
    rows = [Invoice(number="N-bob", user=clinic.ann, content="mine")]
    options = {
        "update_conflicts": True, "unique_fields": ["number"], "update_fields": ["content", "user"]
    }  # fmt: skip
    with clinic.own(clinic.ann):
        with pytest.raises(PurposeError), transaction.atomic():
            Invoice.objects.bulk_create(rows, **options)
        assert Invoice.objects.bulk_create(rows, ignore_conflicts=True)
    with as_("upkeep"):
        assert Invoice.objects.get(number="N-bob").user == clinic.bob
        # Its sealed values would stay under bob's key.
        with pytest.raises(SealedUse), transaction.atomic():
            Invoice.objects.bulk_create(rows, **options)


def test_no_purpose_writes_nothing(clinic: Clinic) -> None:
    with as_(None):
        for write in (
            lambda: Patient.objects.update(colour="x"),
            lambda: Patient.objects.all().delete(),
            lambda: Invoice.objects.create(number="N-5"),
            lambda: Address.objects.create(line1="x"),
            lambda: User.objects.create(username="zed"),
        ):
            with pytest.raises(PurposeError), transaction.atomic():
                write()
        Topic.objects.create(title="Ears")


def test_consented_rows_are_the_only_ones_written(clinic: Clinic) -> None:
    from dataclasses import replace

    from upheld.consent import record
    from upheld.datamap.active import active, override
    from upheld.policy.types import Grant

    policy = active().policy
    rule = policy.purposes["weekly_bundle_mail"]
    grant = Grant(read=("taste.colour",), write=("taste.colour",), rows="consented")
    purposes = {**policy.purposes, rule.id: replace(rule, may=grant, posts=())}
    with override(policy=replace(policy, purposes=purposes)):
        with as_("upkeep"):
            record(
                f"member:{clinic.bob.pk}", rule.id, True, wording="Mail?", version="1",
                place="test", method="page",
            )  # fmt: skip
        with as_(rule.id):
            assert Patient.objects.update(colour="pink") == 1
    assert stored("clinic_patient", "colour", clinic.ann_patient.pk) == "red"
    assert stored("clinic_patient", "colour", clinic.bob_patient.pk) == "pink"
