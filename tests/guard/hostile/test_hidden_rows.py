"""Rows of other people, asked for in every way a query can reach them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core import serializers
from django.db import transaction
from django.db.models import (
    Count,
    Exists,
    F,
    FilteredRelation,
    Max,
    OuterRef,
    Prefetch,
    Q,
    Subquery,
    Window,
)
from django.db.models.functions import RowNumber

from tests.guard.conftest import DISPATCH, MARKETING, Clinic, as_
from tests.project.clinic.models import Appointment, Document, Invoice, Note, Patient, Scan, Topic
from upheld.consent import record
from upheld.errors import PurposeError

blue = Q(patients__colour="blue")
ASKS: list[Callable[[Clinic], Any]] = [
    lambda c: Patient.objects.filter(colour="blue").count(),
    lambda c: Patient.objects.exclude(colour="red").count(),
    lambda c: Topic.objects.filter(blue).count(),
    lambda c: Topic.objects.filter(patients__pk=c.bob_patient.pk).count(),
    lambda c: Topic.objects.count() - Topic.objects.exclude(blue).count(),
    lambda c: Topic.objects.count() - Topic.objects.filter(~blue).count(),
    lambda c: Topic.objects.count() - Topic.objects.exclude(Q(blue) | Q(title="no")).count(),
    lambda c: Topic.objects.annotate(n=Count("patients", filter=blue)).filter(n__gt=0).count(),
    lambda c: Topic.objects.annotate(n=Count("patients")).filter(n__gt=1).count(),
    lambda c: Topic.objects.filter(
        Exists(Patient.objects.filter(topics=OuterRef("pk"), colour="blue"))
    ).count(),
    lambda c: Topic.objects.annotate(
        f=FilteredRelation("patients", condition=blue)
    ).filter(f__isnull=False).count(),
    lambda c: Topic.objects.annotate(
        x=Subquery(Patient.objects.filter(topics=OuterRef("pk")).filter(colour="blue")
                   .values("colour")[:1])
    ).filter(x="blue").count(),
    lambda c: [w for (w,) in Topic.objects.annotate(n=Max("patients__pk")).values_list("n")
               if w == c.bob_patient.pk],
    lambda c: Patient.objects.annotate(n=Window(RowNumber(), order_by="pk")).filter(n=2).count(),
    lambda c: [p for p in Patient.objects.all() if p.pk == c.bob_patient.pk],
    lambda c: [p for p in Patient.objects.iterator() if p.pk == c.bob_patient.pk],
    lambda c: Patient.objects.in_bulk([c.bob_patient.pk]),
    lambda c: Patient.objects.filter(pk=c.bob_patient.pk).exists(),
    lambda c: Patient.objects.contains(c.bob_patient),
    lambda c: list(Patient.objects.select_for_update().filter(pk=c.bob_patient.pk)),
    lambda c: list(Patient.objects.filter(colour="blue").union(
        Patient.objects.filter(colour="blue"))),
    lambda c: list(Patient.objects.all().difference(Patient.objects.filter(colour="red"))),
    lambda c: [p for t in Topic.objects.prefetch_related(
        Prefetch("patients", queryset=Patient.objects.order_by("-pk")))
        for p in t.patients.all() if p.pk == c.bob_patient.pk],
    lambda c: [p for t in Topic.objects.all() for p in t.patients.all()
               if p.pk == c.bob_patient.pk],
    lambda c: Patient.topics.through.objects.filter(patient_id=c.bob_patient.pk).count(),
    lambda c: Patient.objects.filter(referrals__isnull=False).count(),
    lambda c: [a for a in Appointment.objects.select_related("patient")
               if a.patient_id == c.bob_patient.pk],
    lambda c: Appointment.objects.filter(patient__colour="blue").count(),
    lambda c: [t for t in Note.objects.values_list("text", flat=True) if "bob" in t],
    lambda c: Invoice.objects.filter(Q(number="N-bob") | Q(number="N-guest")).count(),
    lambda c: Document.objects.count() + Scan.objects.count(),
    lambda c: [n for n in [Invoice.objects.aggregate(m=Max("number"))["m"]] if n != "N-ann" and n],
    lambda c: Patient.objects.filter(pk=c.bob_patient.pk).update(colour="x"),
    lambda c: Patient.objects.filter(pk=c.bob_patient.pk).delete()[0],
    lambda c: c.bob_patient.delete()[0],
    lambda c: Patient.objects.filter(topics__title="Teeth", colour="blue").update(colour="x"),
    lambda c: Invoice.objects.exclude(user=c.ann).update(content="x"),
    lambda c: Invoice.objects.filter(number="N-bob")._raw_delete("default"),
]  # fmt: skip


@pytest.fixture
def documents(clinic: Clinic) -> Clinic:
    with as_("upkeep"):
        Scan.objects.create(patient=clinic.bob_patient, title="scan of bob", finding="none")
    return clinic


def nothing(clinic: Clinic, ask: Callable[[Clinic], Any]) -> None:
    try:
        with transaction.atomic():
            assert not ask(clinic)
    except PurposeError:
        pass  # refusing is right too


@pytest.mark.parametrize("ask", ASKS)
def test_own(documents: Clinic, ask: Callable[[Clinic], Any]) -> None:
    with documents.own(documents.ann):
        nothing(documents, ask)
    with as_("upkeep"):
        assert Patient.objects.get(user=documents.bob).colour == "blue"
        assert Invoice.objects.count() == 3


@pytest.mark.parametrize("ask", ASKS)
def test_consented(documents: Clinic, ask: Callable[[Clinic], Any]) -> None:
    with as_("upkeep"):
        record(
            f"member:{documents.ann.pk}", "weekly_bundle_mail", True, wording="May we?",
            version="1", place="test", method="page",
        )  # fmt: skip
    with as_("weekly_bundle_mail", MARKETING):
        nothing(documents, ask)
    with as_("upkeep"):
        assert Patient.objects.filter(colour="blue").count() == 1


@pytest.mark.parametrize("ask", ASKS)
def test_without_a_purpose(documents: Clinic, ask: Callable[[Clinic], Any]) -> None:
    with as_(None):
        nothing(documents, ask)


def test_a_queryset_is_decided_where_it_is_read(clinic: Clinic) -> None:
    with as_("upkeep"):
        everyone = Patient.objects.order_by("pk")
        lazily = Topic.objects.get(title="Teeth").patients.all()
        mine = Patient.objects.get(pk=clinic.ann_patient.pk)
    with clinic.own(clinic.ann):
        assert [p.pk for p in everyone.all()] == [clinic.ann_patient.pk]
        assert [p.pk for p in lazily] == [clinic.ann_patient.pk]
        with as_("upkeep"):
            assert len(everyone.all()) == 2
        assert len(everyone.all()) == 1
    for late in (lambda: list(everyone), lambda: mine.user.email, mine.refresh_from_db, mine.save):
        with as_(None), pytest.raises(PurposeError), transaction.atomic():
            late()


def test_threads_start_with_nothing(clinic: Clinic) -> None:
    from upheld.context import current

    with as_("upkeep"), ThreadPoolExecutor(1) as pool:
        assert pool.submit(lambda: current().purpose).result() is None


@pytest.mark.django_db(transaction=True)
def test_on_commit_has_the_purpose_of_the_commit(clinic: Clinic) -> None:
    seen: list[Any] = []

    def read() -> None:
        try:
            seen.append(len(Patient.objects.all()))
        except PurposeError:
            seen.append("refused")

    with transaction.atomic(), as_("upkeep"):
        transaction.on_commit(read)
    with as_("upkeep"), transaction.atomic():
        transaction.on_commit(read)
    assert seen == ["refused", 2]


def test_serializers_give_no_withheld_value(clinic: Clinic) -> None:
    with as_("order_fulfilment", DISPATCH):
        patient = Patient.objects.get(pk=clinic.ann_patient.pk)
        with pytest.raises(PurposeError):
            serializers.serialize("json", [patient])
        text = serializers.serialize("json", [patient], fields=["phone", "name"])
    assert "12345" not in text
    assert "Ann Lee" in text


def test_a_masked_value_posted_back_changes_nothing(clinic: Clinic) -> None:
    from django import forms

    class Form(forms.ModelForm):  # type: ignore[type-arg]  # takes none at run time
        class Meta:
            model = Patient
            fields = ("phone", "name")

    with as_("order_fulfilment", DISPATCH):
        form = Form(
            {"phone": "•••", "name": "Ann Lee"},
            instance=Patient.objects.get(pk=clinic.ann_patient.pk),
        )
        assert form.is_valid()
        form.save()
        other = Form(
            {"phone": "99", "name": "Ann Lee"},
            instance=Patient.objects.get(pk=clinic.ann_patient.pk),
        )
        assert other.is_valid()
        with pytest.raises(PurposeError), transaction.atomic():
            other.save()
    with as_("upkeep"):
        assert Patient.objects.filter(phone="12345").count() == 2
        assert Patient.objects.filter(phone=F("phone")).count() == 2
