"""Row rules reach every alias of every query."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Sum, Window
from django.db.models.functions import RowNumber

from tests.guard.conftest import MARKETING, Clinic, as_
from tests.project.clinic.models import (
    Address,
    Appointment,
    Document,
    Invoice,
    Note,
    Patient,
    Person,
    Scan,
    Topic,
)
from upheld.context import purpose
from upheld.errors import PurposeError


def names(queryset: Any) -> list[str]:
    return sorted(p.name for p in queryset)


def test_own_rows_only(clinic: Clinic) -> None:
    with clinic.own(clinic.ann):
        assert names(Patient.objects.all()) == ["Ann Lee"]
        assert Patient.objects.count() == 1
        assert not Patient.objects.filter(pk=clinic.bob_patient.pk).exists()
        assert list(Patient.objects.in_bulk()) == [clinic.ann_patient.pk]
        assert Invoice.objects.aggregate(t=Sum("total"))["t"] == 10
        assert [n.text for n in Note.objects.all()] == ["note on ann"]


def test_proxy_obeys_the_rule_of_its_table(clinic: Clinic) -> None:
    with clinic.own(clinic.ann):
        assert [p.username for p in Person.objects.all()] == ["ann"]


def test_shared_row_is_reached_backwards(clinic: Clinic) -> None:
    with clinic.own(clinic.bob):
        assert Address.objects.count() == 1
        assert Address.objects.get().appointments.get().patient == clinic.bob_patient


def test_rows_about_nobody_are_everybodys(clinic: Clinic) -> None:
    with clinic.own(clinic.ann):
        assert sorted(a.reason for a in Appointment.objects.all()) == ["check of ann", "free slot"]


def test_multi_table_inheritance(clinic: Clinic) -> None:
    with purpose("upkeep"):
        for patient in (clinic.ann_patient, clinic.bob_patient):
            Scan.objects.create(patient=patient, title=f"t {patient.pk}", finding="fine")
    with clinic.own(clinic.ann):
        assert [s.finding for s in Scan.objects.all()] == ["fine"]
        assert Document.objects.get().title == f"t {clinic.ann_patient.pk}"
        assert Document.objects.select_related("scan").get().scan.finding == "fine"


def test_joined_alias_is_limited_too(clinic: Clinic) -> None:
    with clinic.own(clinic.ann):
        assert Topic.objects.filter(patients__colour="blue").count() == 0
        assert Topic.objects.filter(patients__user__username="bob").count() == 0
        titles = Topic.objects.values_list("title", "patients__colour").order_by("title")
        assert list(titles) == [("Eyes", None), ("Teeth", "red")]


def test_outer_join_gives_absent_rows_not_forbidden_ones(clinic: Clinic) -> None:
    with clinic.own(clinic.bob):
        counted = Topic.objects.annotate(n=Count("patients")).order_by("title")
        assert [(t.title, t.n) for t in counted] == [("Eyes", 0), ("Teeth", 1)]
        assert clinic.bob_patient.referred_by_id == clinic.ann_patient.pk
        seen = Patient.objects.select_related("referred_by").get()
        assert seen.referred_by is None


def test_self_reference(clinic: Clinic) -> None:
    with clinic.own(clinic.ann):
        assert Patient.objects.filter(referrals__colour="blue").count() == 0


def test_subqueries(clinic: Clinic) -> None:
    with clinic.own(clinic.ann):
        inner = Patient.objects.filter(topics=OuterRef("pk"), colour="blue")
        assert not Topic.objects.filter(Exists(inner)).exists()
        colours = Patient.objects.filter(topics=OuterRef("pk")).order_by("-pk").values("colour")
        found = Topic.objects.annotate(c=Subquery(colours[:1])).get(title="Teeth")
        assert found.c == "red"
        assert User.objects.filter(pk__in=Patient.objects.values("user")).count() == 1


def test_union_intersection_difference(clinic: Clinic) -> None:
    with clinic.own(clinic.ann):
        red, blue = (Patient.objects.filter(colour=c) for c in ("red", "blue"))
        assert names(red.union(blue)) == ["Ann Lee"]
        assert red.union(blue).count() == 1
        assert names(red.difference(blue)) == ["Ann Lee"]
        assert names(Patient.objects.all().intersection(red)) == ["Ann Lee"]


def test_slice_iterator_prefetch_window(clinic: Clinic) -> None:
    with clinic.own(clinic.bob):
        assert names(Patient.objects.order_by("-pk")[:5]) == ["Bob Lee"]
        assert names(Patient.objects.order_by("pk").iterator(chunk_size=1)) == ["Bob Lee"]
        (topic,) = Topic.objects.filter(title="Teeth").prefetch_related("patients")
        assert names(topic.patients.all()) == ["Bob Lee"]
        ranked = Patient.objects.annotate(r=Window(RowNumber(), order_by="pk"))
        assert [p.r for p in ranked.filter(r__lte=5)] == [1]


def test_grouping_counts_own_rows(clinic: Clinic) -> None:
    with clinic.own(clinic.ann):
        groups = Patient.objects.values("colour").annotate(n=Count("pk"))
        assert list(groups) == [{"colour": "red", "n": 1}]


def test_dates_and_distinct(clinic: Clinic) -> None:
    with clinic.own(clinic.ann):
        assert Patient.objects.dates("created", "year").count() == 1
        assert list(Patient.objects.values_list("colour", flat=True).distinct()) == ["red"]


def test_negation_does_not_widen(clinic: Clinic) -> None:
    with clinic.own(clinic.ann):
        assert names(Patient.objects.exclude(colour="green")) == ["Ann Lee"]
        assert names(Patient.objects.exclude(topics__title="Eyes")) == ["Ann Lee"]
        assert Patient.objects.filter(~Q(pk=clinic.ann_patient.pk)).count() == 0


def test_own_without_a_subject_sees_rows_about_nobody_alone(clinic: Clinic) -> None:
    with as_("own"):
        assert Patient.objects.count() == 0
        assert [a.reason for a in Appointment.objects.all()] == ["free slot"]


def test_guest_by_value(clinic: Clinic) -> None:
    from upheld.datamap.active import active
    from upheld.datamap.references import reference_by_value

    guest = reference_by_value(active().datamap, "guest", "Guest@mail.example")
    with purpose("own", subject=guest):
        assert [i.number for i in Invoice.objects.all()] == ["N-guest"]


def test_consented_rows(clinic: Clinic) -> None:
    from upheld.consent import record

    with purpose("upkeep"):
        record(
            f"member:{clinic.bob.pk}", "weekly_bundle_mail", True, wording="Weekly mail?",
            version="1", place="test", method="page",
        )  # fmt: skip
    with as_("weekly_bundle_mail", MARKETING):
        assert names(Patient.objects.all()) == ["Bob Lee"]
        assert names(Patient.objects.filter(topics__title="Teeth")) == ["Bob Lee"]
        assert Topic.objects.filter(patients__isnull=False).count() == 1
        reached = Topic.objects.filter(title="Teeth").values_list("patients__colour", flat=True)
        assert list(reached) == ["blue"]


def test_no_purpose_no_rows(clinic: Clinic) -> None:
    with as_(None), pytest.raises(PurposeError) as caught:
        Patient.objects.count()
    assert str(caught.value) == (
        "rows of `clinic.Patient` may not be read without a purpose"
        " (give `test` a purpose in map.yaml)"
    )
    with as_(None):
        assert Topic.objects.count() == 2


def test_wrong_post_no_rows(clinic: Clinic) -> None:
    with as_("order_fulfilment", MARKETING), pytest.raises(PurposeError) as caught:
        Patient.objects.exists()
    assert str(caught.value) == (
        "rows of `clinic.Patient` may not be read for the purpose `order_fulfilment`"
        " (it is the work of another post, promised by `why-address`)"
    )
    assert caught.value.promises == ("why-address",)


def test_f_reference_across_a_join(clinic: Clinic) -> None:
    with clinic.own(clinic.ann):
        seen = Appointment.objects.filter(patient__isnull=False).annotate(c=F("patient__colour"))
        assert [a.c for a in seen] == ["red"]


def test_select_for_update(clinic: Clinic) -> None:
    with clinic.own(clinic.ann):
        assert names(Patient.objects.select_for_update()) == ["Ann Lee"]
