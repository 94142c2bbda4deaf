"""What a purpose may not read is deferred, masked or refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Avg, Case, Count, F, Max, OuterRef, Subquery, Value, When
from django.db.models.functions import Length, Lower
from django.forms import modelform_factory
from django.template import Context as TemplateContext
from django.template import Template

from tests.guard.conftest import DISPATCH, Clinic, as_, stored
from tests.project.clinic.models import Invoice, Patient, Topic
from upheld.errors import PurposeError


def test_deferred_column_raises_when_touched(clinic: Clinic) -> None:
    with as_("order_fulfilment", DISPATCH):
        patient = Patient.objects.get(pk=clinic.ann_patient.pk)
        assert patient.name == "Ann Lee"
        assert {"colour", "kitchen", "email"} <= patient.get_deferred_fields()
        with pytest.raises(PurposeError) as caught:
            _ = patient.colour
    assert str(caught.value) == (
        "`clinic.Patient.colour` may not be read for the purpose `order_fulfilment`: it was"
        " asked for by name (add `taste.colour` to `may.read` if the notice allows it,"
        " promised by `why-address`)"
    )
    assert caught.value.target == "clinic.Patient.colour"


def test_deferred_column_loads_under_a_purpose_that_may(clinic: Clinic) -> None:
    with as_("order_fulfilment", DISPATCH):
        patient = Patient.objects.get(pk=clinic.ann_patient.pk)
    with as_("upkeep"):
        assert patient.colour == "red"


def test_deferred_instance_saves_without_loss(clinic: Clinic) -> None:
    with as_("order_fulfilment", DISPATCH):
        invoice = Invoice.objects.get(number="N-ann")
        invoice.content = "lenses"
        invoice.save()
        patient = Patient.objects.get(pk=clinic.ann_patient.pk)
        patient.save()
    with as_("upkeep"):
        again = Patient.objects.get(pk=clinic.ann_patient.pk)
        assert (again.colour, again.phone, again.email) == ("red", "12345", "ann@mail.example")
        assert Invoice.objects.get(number="N-ann").content == "lenses"


def test_masked_column_shows_a_placeholder(clinic: Clinic) -> None:
    with as_("order_fulfilment", DISPATCH):
        assert Patient.objects.get(pk=clinic.ann_patient.pk).phone == "•••"
        assert list(Patient.objects.values_list("phone", flat=True)) == ["•••", "•••"]
        assert {p.p for p in Patient.objects.annotate(p=F("phone"))} == {"•••"}


def test_masked_instance_saves_without_loss(clinic: Clinic) -> None:
    with as_("order_fulfilment", DISPATCH):
        patient = Patient.objects.get(pk=clinic.ann_patient.pk)
        patient.save()
        patient.save(update_fields=["phone"])
        Patient.objects.bulk_update([patient], ["phone"])
    assert stored("clinic_patient", "phone", clinic.ann_patient.pk) == "12345"


def test_form_posting_a_mask_back_keeps_what_is_stored(clinic: Clinic) -> None:
    form_class = modelform_factory(Patient, fields=["phone"])
    with as_("order_fulfilment", DISPATCH):
        patient = Patient.objects.get(pk=clinic.ann_patient.pk)
        form = form_class({"phone": "•••"}, instance=patient)
        assert form.is_valid()
        form.save()
    assert stored("clinic_patient", "phone", clinic.ann_patient.pk) == "12345"


def test_masked_column_is_not_writable(clinic: Clinic) -> None:
    form_class = modelform_factory(Patient, fields=["phone"])
    with as_("order_fulfilment", DISPATCH):
        patient = Patient.objects.get(pk=clinic.ann_patient.pk)
        form = form_class({"phone": "999"}, instance=patient)
        assert form.is_valid()
        with pytest.raises(PurposeError), transaction.atomic():
            form.save()
    assert stored("clinic_patient", "phone", clinic.ann_patient.pk) == "12345"


def test_mask_is_not_copied_into_a_new_row(clinic: Clinic) -> None:
    with as_("order_fulfilment", DISPATCH):
        patient = Patient.objects.get(pk=clinic.ann_patient.pk)
    with as_("upkeep"):
        user = User.objects.create_user("cyd")
        with pytest.raises(PurposeError) as caught:
            Patient.objects.create(user=user, name="Cyd", phone=patient.phone)
    assert str(caught.value) == (
        "a withheld value of `clinic.Patient.phone` may not be copied into a new row"
        " (make the copy under a purpose that may read it)"
    )


@pytest.mark.parametrize(
    "ask",
    [
        lambda: list(Patient.objects.values("colour")),
        lambda: list(Patient.objects.values_list("colour")),
        lambda: list(Patient.objects.only("colour")),
        lambda: list(Patient.objects.annotate(c=F("colour"))),
        lambda: list(Patient.objects.annotate(c=Lower("colour"))),
        lambda: list(Patient.objects.annotate(c=Case(When(pk=1, then="colour"), default=None))),
        lambda: Patient.objects.aggregate(m=Max("colour")),
        lambda: Patient.objects.aggregate(m=Count("colour", distinct=True)),
        lambda: Patient.objects.all()[:3].aggregate(m=Max("colour")),
        lambda: list(Patient.objects.filter(colour="red")),
        lambda: list(Patient.objects.exclude(colour="red")),
        lambda: list(Patient.objects.order_by("colour")),
        lambda: list(Patient.objects.order_by(Lower("colour"))),
        lambda: list(Topic.objects.filter(patients__colour="red")),
        lambda: list(Topic.objects.order_by("patients__colour")),
        lambda: list(Topic.objects.values("patients__colour")),
        lambda: list(Topic.objects.annotate(n=Max("patients__colour"))),
        lambda: list(
            Topic.objects.annotate(
                c=Subquery(Patient.objects.filter(topics=OuterRef("pk")).values("colour")[:1])
            )
        ),
        lambda: list(Topic.objects.filter(title__in=Patient.objects.values("colour"))),
        lambda: list(
            Patient.objects.values_list("colour").union(Topic.objects.values_list("title"))
        ),
        lambda: list(
            Topic.objects.values_list("title").union(Patient.objects.values_list("colour"))
        ),
        lambda: list(Patient.objects.values("colour").annotate(n=Count("pk"))),
        lambda: list(Patient.objects.annotate(n=Length("colour")).filter(n__gt=1)),
        lambda: Patient.objects.filter(kitchen__likes="rice").exists(),
        lambda: list(Patient.objects.values("kitchen__likes")),
        lambda: list(Patient.objects.extra(select={"c": "colour"})),
        lambda: list(Patient.objects.extra(where=["colour = 'red'"])),
    ],
)
def test_explicit_ask_is_refused(clinic: Clinic, ask: Callable[[], object]) -> None:
    with as_("order_fulfilment", DISPATCH), pytest.raises(PurposeError):
        ask()


@pytest.mark.parametrize(
    "ask",
    [
        lambda: Patient.objects.aggregate(m=Max("phone")),
        lambda: Patient.objects.aggregate(m=Count("phone")),
        lambda: Patient.objects.all()[:3].aggregate(m=Max("phone")),
        lambda: list(Patient.objects.annotate(c=Lower("phone"))),
        lambda: list(Patient.objects.filter(phone="1")),
        lambda: list(Patient.objects.order_by("phone")),
        lambda: list(Patient.objects.values("phone").annotate(n=Count("pk"))),
        lambda: list(Patient.objects.values("phone").distinct()),
        lambda: list(Patient.objects.values_list("phone").union(Patient.objects.values("phone"))),
    ],
)
def test_masked_column_is_not_computed_with(clinic: Clinic, ask: Callable[[], object]) -> None:
    with as_("order_fulfilment", DISPATCH), pytest.raises(PurposeError):
        ask()


def test_whole_objects_load_with_columns_withheld(clinic: Clinic) -> None:
    with as_("order_fulfilment", DISPATCH):
        assert Patient.objects.distinct().count() == 2
        assert len(Patient.objects.annotate(n=Count("topics"))) == 2
        assert len(Patient.objects.all().union(Patient.objects.all())) == 2
        assert Patient.objects.annotate(n=Count("topics")).filter(n=1).count() == 2
        invoice = Invoice.objects.select_related("user__patient").get(number="N-ann")
        assert invoice.user.patient.name == "Ann Lee"
        assert "colour" in invoice.user.patient.get_deferred_fields()
        assert Patient.objects.latest("pk").name == "Bob Lee"
        assert {p.name for p in Patient.objects.defer("colour")} == {"Ann Lee", "Bob Lee"}
        assert {p.name for p in Patient.objects.only("name")} == {"Ann Lee", "Bob Lee"}


def test_match_without_read(clinic: Clinic) -> None:
    with as_("statistics"):
        assert Patient.objects.filter(colour="red").count() == 1
        groups = Patient.objects.values("colour").annotate(n=Count("pk"))
        assert list(groups.values_list("n", flat=True)) == [1, 1]
        assert [p.pk for p in Patient.objects.order_by("colour")] == [
            clinic.bob_patient.pk,
            clinic.ann_patient.pk,
        ]
        with pytest.raises(PurposeError):
            list(Patient.objects.values("colour"))
        with pytest.raises(PurposeError):
            Patient.objects.filter(phone="1").exists()
        with pytest.raises(PurposeError):
            Patient.objects.aggregate(a=Avg(Length("colour")))


def test_columns_that_are_not_personal_pass(clinic: Clinic) -> None:
    with as_("statistics"):
        assert Invoice.objects.aggregate(m=Max("total"))["m"] == 10
        assert Topic.objects.annotate(x=Value(1)).count() == 2


def test_refused_value_renders_empty(clinic: Clinic) -> None:
    with as_("order_fulfilment", DISPATCH):
        patient = Patient.objects.get(pk=clinic.ann_patient.pk)
        assert Template("[{{ p.colour }}]").render(TemplateContext({"p": patient})) == "[]"


def test_whole_object_without_a_purpose_names_the_column(clinic: Clinic) -> None:
    with as_(None), pytest.raises(PurposeError) as caught:
        list(User.objects.all())
    assert str(caught.value) == (
        "`auth.User.password` may not be read without a purpose (give `test` a purpose in map.yaml)"
    )
