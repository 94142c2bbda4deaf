"""A column that may be matched, copied where it may be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Case, CharField, F, OuterRef, Subquery, Value, When
from django.db.models.functions import Cast, Concat, Substr, Upper

from tests.guard.conftest import Clinic, as_
from tests.project.clinic.models import Patient, Topic
from upheld.datamap.active import active, override
from upheld.errors import PurposeError
from upheld.policy.types import Grant

phones = Patient.objects.filter(pk=OuterRef("pk")).values("phone")[:1]
COPIES: list[Callable[[Clinic], Any]] = [
    lambda c: Patient.objects.update(colour=F("phone")),
    lambda c: Patient.objects.update(colour=Upper("phone")),
    lambda c: Patient.objects.update(colour=Substr("phone", 1, 3)),
    lambda c: Patient.objects.update(colour=Cast("phone", CharField())),
    lambda c: Patient.objects.update(colour=Concat(Value("x"), F("phone"))),
    lambda c: Patient.objects.update(colour=Subquery(phones)),
    lambda c: Patient.objects.annotate(p=F("phone")).update(colour=F("p")),
    lambda c: Patient.objects.update(
        colour=Case(When(phone__startswith="1", then=Value("one")), default=Value("none"))
    ),
    lambda c: Patient.objects.bulk_update([Patient(pk=c.ann_patient.pk, colour=F("phone"))],
                                          ["colour"]),
    lambda c: Patient(pk=c.ann_patient.pk, colour=F("phone")).save(update_fields=["colour"]),
    lambda c: Topic.objects.update(title=Subquery(Patient.objects.values("phone")[:1])),
    lambda c: Topic.objects.create(title=Subquery(Patient.objects.values("phone")[:1])),
    lambda c: Topic.objects.bulk_create(
        [Topic(title=Subquery(Patient.objects.values("phone")[:1]))]),
]  # fmt: skip


@pytest.fixture
def snooping(clinic: Clinic) -> Iterator[Clinic]:
    """Under a purpose that matches phones, and reads and writes colours."""
    policy = active().policy
    may = Grant(
        read=("taste.colour",),
        match=("contact.phone",),
        write=("taste.colour",),
        rows="all",
    )
    rule = replace(policy.purposes["statistics"], id="snooping", may=may)
    with (
        override(policy=replace(policy, purposes={**policy.purposes, "snooping": rule})),
        as_("snooping"),
    ):
        yield clinic


@pytest.mark.parametrize("copy", COPIES)
def test_what_is_only_matched_is_not_copied(
    snooping: Clinic, copy: Callable[[Clinic], Any]
) -> None:
    with pytest.raises(PurposeError), transaction.atomic():
        copy(snooping)
    assert list(Patient.objects.order_by("pk").values_list("colour", flat=True)) == ["red", "blue"]
    assert "12345" not in Topic.objects.values_list("title", flat=True)


def test_it_may_still_say_which_rows(snooping: Clinic) -> None:
    assert Patient.objects.filter(phone="12345").update(colour="green") == 2
    assert Patient.objects.filter(phone__startswith="9").update(colour=Upper("colour")) == 0
    assert Patient.objects.update(colour=Upper("colour")) == 2
