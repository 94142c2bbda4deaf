"""Remembered statements: what is remembered, of what it is a part, and what never is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db.models import Count, F
from django.db.models.functions import Lower

from tests.guard.conftest import DISPATCH, MARKETING, Clinic, as_, mode
from tests.guard.planning import NoPlans, plans
from tests.project.clinic.models import Appointment, Invoice, Patient
from upheld.datamap.active import active, override
from upheld.errors import PurposeError
from upheld.guard.generations import Generations
from upheld.journal.buffer import fresh_buffer
from upheld.policy.types import Grant


@pytest.fixture
def fresh() -> Iterator[Generations[Any]]:
    with plans(Generations()) as kept:
        yield kept


def rows(queryset: Any) -> list[Any]:
    return list(queryset)


def kept_plans(fresh: Generations[Any]) -> list[tuple[Any, Any]]:
    """The plans of the clinic's own statements, with their keys."""
    return [(key, plan) for key, plan in fresh._new.items() if "clinic_" in plan.sql]


def test_the_second_of_a_shape_is_not_compiled(
    clinic: Clinic, fresh: Generations[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    with as_("upkeep"):
        assert [p.name for p in Patient.objects.filter(colour="red")] == ["Ann Lee"]
        assert len(kept_plans(fresh)) == 1
        monkeypatch.setattr("upheld.guard.compiling.SQLCompiler.pre_sql_setup", None)
        assert [p.name for p in Patient.objects.filter(colour="blue")] == ["Bob Lee"]
        assert [p.name for p in Patient.objects.filter(colour="green")] == []


@pytest.mark.parametrize(
    "alike",
    [
        [{"colour__in": ["red"]}, {"colour__in": ["red", "blue"]}, {"colour__in": ["blue"]}],
        [{"user__is_active": True}, {"user__is_active": False}],
        [{"referred_by__isnull": True}, {"referred_by__isnull": False}],
        [{"pk__gt": 0}, {"pk__gt": 10**30}, {"pk__gt": 1}],
        [{"colour": "red"}, {"colour__iexact": "RED"}, {"colour__contains": "red"}],
    ],
)
def test_what_is_written_into_the_sql_is_part_of_the_shape(
    clinic: Clinic, alike: list[dict[str, Any]]
) -> None:
    with as_("upkeep"):
        found = {}
        for kept in (NoPlans(), Generations[Any]()):
            with plans(kept):
                found[type(kept)] = [
                    sorted(Patient.objects.filter(**given).values_list("name", flat=True))
                    for _ in range(2)
                    for given in alike
                ]
        assert found[NoPlans] == found[Generations]


def test_slices_are_part_of_the_shape(clinic: Clinic, fresh: Generations[Any]) -> None:
    with as_("upkeep"):
        names = Patient.objects.order_by("pk").values_list("name", flat=True)
        for _ in range(2):
            assert [list(names[:1]), list(names[1:2]), list(names[:2])] == [
                ["Ann Lee"], ["Bob Lee"], ["Ann Lee", "Bob Lee"],
            ]  # fmt: skip


def test_a_plan_of_one_person_gives_the_rows_of_the_other(
    clinic: Clinic, fresh: Generations[Any]
) -> None:
    with clinic.own(clinic.ann):
        assert [p.name for p in Patient.objects.all()] == ["Ann Lee"]
    with clinic.own(clinic.bob):
        assert [p.name for p in Patient.objects.all()] == ["Bob Lee"]
    assert len(kept_plans(fresh)) == 1


def test_a_plan_is_of_one_purpose(clinic: Clinic, fresh: Generations[Any]) -> None:
    with as_("upkeep"):
        assert len(rows(Patient.objects.values_list("name"))) == 2
    for name in ("statistics", None):
        with as_(name), pytest.raises(PurposeError):
            rows(Patient.objects.values_list("name"))
    with as_("upkeep"):
        assert len(rows(Patient.objects.values_list("name"))) == 2


def test_a_plan_is_of_one_set_of_posts(clinic: Clinic, fresh: Generations[Any]) -> None:
    with as_("order_fulfilment", DISPATCH):
        assert len(rows(Patient.objects.values_list("name"))) == 2
    with as_("order_fulfilment", MARKETING), pytest.raises(PurposeError):
        rows(Patient.objects.values_list("name"))


def test_a_plan_is_of_one_governance(clinic: Clinic, fresh: Generations[Any]) -> None:
    policy = active().policy
    rule = policy.purposes["statistics"]
    wide = replace(rule, posts=(), may=Grant(read=("*",), match=("*",), rows="all"))
    wider = replace(policy, purposes={**policy.purposes, "statistics": wide})
    with override(policy=wider), as_("statistics"):
        assert len(rows(Patient.objects.values_list("name"))) == 2
    with as_("statistics"), pytest.raises(PurposeError):
        rows(Patient.objects.values_list("name"))


def test_refusals_are_made_anew_each_time(clinic: Clinic, fresh: Generations[Any]) -> None:
    with as_("statistics"), fresh_buffer() as buffer:
        for _ in range(3):
            with pytest.raises(PurposeError):
                rows(Patient.objects.values_list("name"))
    (noted,) = buffer.groups.values()
    assert (noted.first.kind, noted.count) == ("refusal", 3)
    assert len(kept_plans(fresh)) == 0


def test_nothing_is_planned_while_observing(clinic: Clinic, fresh: Generations[Any]) -> None:
    with mode("observe"), as_("upkeep"):
        rows(Patient.objects.all())
    assert len(kept_plans(fresh)) == 0


def test_a_plan_holds_no_value(clinic: Clinic, fresh: Generations[Any]) -> None:
    with clinic.own(clinic.ann):
        rows(Patient.objects.filter(colour__in=["mauve", "ochre"], phone="081547110815"))
        rows(Appointment.objects.filter(patient__colour__icontains="mau"))
        rows(Patient.objects.filter(colour="mauve").order_by("pk")[:7])
    assert len(kept_plans(fresh)) == 3
    text = repr([(key, fields(plan), plan) for key, plan in kept_plans(fresh)])
    for value in ("mau", "ochre", "081547110815", f"member:{clinic.ann.pk}"):
        assert value not in text


def test_deferred_columns_stay_deferred(clinic: Clinic, fresh: Generations[Any]) -> None:
    for _ in range(2):
        with as_("order_fulfilment", DISPATCH):
            patient = Patient.objects.get(pk=clinic.ann_patient.pk)
            assert patient.name == "Ann Lee"
            with pytest.raises(PurposeError):
                _ = patient.colour


@pytest.mark.parametrize(
    "queryset",
    [
        lambda: Invoice.objects.annotate(low=Lower("number")),
        lambda: Invoice.objects.order_by(F("number").asc()),
        lambda: Invoice.objects.filter(number=F("content")),
        lambda: Invoice.objects.filter(user__in=User.objects.filter(username="ann")),
        lambda: Invoice.objects.filter(placed__year=2026),
        lambda: Invoice.objects.values("user").annotate(n=Count("pk")),
        lambda: Invoice.objects.extra(select={"one": "1 + %s"}, select_params=[1]),
        lambda: Invoice.objects.filter(pk__in=range(1000, 1300)),
    ],
)
def test_what_is_not_known_has_no_shape(
    clinic: Clinic, fresh: Generations[Any], queryset: Any
) -> None:
    with as_("upkeep"):
        rows(queryset())
    assert len(kept_plans(fresh)) == 0


def test_an_attribute_of_a_later_django_has_no_shape(
    clinic: Clinic, fresh: Generations[Any]
) -> None:
    queryset = Invoice.objects.all()
    queryset.query.lateral = True
    with as_("upkeep"):
        rows(queryset)
    assert len(kept_plans(fresh)) == 0


def test_generations_keep_what_is_used() -> None:
    kept: Generations[int] = Generations(2)
    for number in range(10):
        kept.keep(number, number)
        kept.keep("used", -1) if number == 0 else kept.get("used")
    assert kept.get("used") == -1
    assert kept.get(0) is None
    assert len(kept) <= 4
    kept.clear()
    assert (len(kept), kept.get("used")) == (0, None)
