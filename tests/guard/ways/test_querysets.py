"""Every public method of QuerySet and Manager, tried on a column and on a row it may not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, F, Max, Q, QuerySet
from django.db.models.manager import BaseManager

from tests.guard.conftest import Clinic, as_
from tests.guard.ways.surface import public
from tests.project.clinic.models import Appointment, Invoice, Patient, Topic
from upheld.errors import PurposeError

Ask = Callable[[Clinic], Any]


def wait(coroutine: Any) -> Any:
    """Run one awaitable in this thread."""

    async def run() -> Any:
        return await coroutine

    return async_to_sync(run)()


def drawn(iterator: Any) -> list[Any]:
    """Draw an async iterator to its end."""

    async def run() -> list[Any]:
        return [each async for each in iterator]

    return async_to_sync(run)()


def bob(c: Clinic) -> QuerySet[Patient]:
    return Patient.objects.filter(pk=c.bob_patient.pk)


def of_bob(c: Clinic, found: Any) -> Any:
    """The found row if it is Bob's."""
    return found if found is not None and found.pk == c.bob_patient.pk else None


def fresh(c: Clinic) -> Invoice:
    """A row that would be Bob's."""
    return Invoice(user=c.bob, number="N-new", content="x")


phones = Patient.objects.values_list("phone")
guess = Patient.objects.filter(phone="12345")

COLUMN: dict[str, Ask] = {
    "aaggregate": lambda c: wait(Patient.objects.aaggregate(m=Max("phone"))),
    "abulk_create": lambda c: wait(Invoice.objects.abulk_create([fresh(c)])),
    "abulk_update": lambda c: wait(Patient.objects.abulk_update(
        [Patient(pk=c.ann_patient.pk, phone="9")], ["phone"])),
    "acontains": lambda c: wait(guess.acontains(c.ann_patient)),
    "acount": lambda c: wait(guess.acount()),
    "acreate": lambda c: wait(Patient.objects.acreate(user=c.ann, phone="9")),
    "adelete": lambda c: wait(Patient.objects.all().adelete()),
    "aearliest": lambda c: wait(Patient.objects.aearliest("phone")),
    "aexists": lambda c: wait(guess.aexists()),
    "aexplain": lambda c: wait(guess.aexplain()),
    "afirst": lambda c: wait(phones.afirst()),
    "aget": lambda c: wait(guess.aget(pk=c.ann_patient.pk)),
    "aget_or_create": lambda c: wait(Patient.objects.aget_or_create(phone="12345")),
    "aggregate": lambda c: Patient.objects.aggregate(m=Max("phone")),
    "ain_bulk": lambda c: wait(User.objects.ain_bulk(["ann"], field_name="username")),
    "aiterator": lambda c: drawn(phones.aiterator()),
    "alast": lambda c: wait(Patient.objects.order_by("phone").alast()),
    "alatest": lambda c: wait(Patient.objects.alatest("phone")),
    "alias": lambda c: list(Patient.objects.alias(x=F("phone")).filter(x="12345")),
    "all": lambda c: list(phones.all()),
    "annotate": lambda c: list(Patient.objects.annotate(x=F("phone"))),
    "as_manager": lambda c: list(by_manager("phone")),
    "aupdate": lambda c: wait(Patient.objects.aupdate(phone="9")),
    "aupdate_or_create": lambda c: wait(Patient.objects.aupdate_or_create(
        pk=c.ann_patient.pk, defaults={"phone": "9"})),
    "bulk_create": lambda c: Invoice.objects.bulk_create([fresh(c)]),
    "bulk_update": lambda c: Patient.objects.bulk_update(
        [Patient(pk=c.ann_patient.pk, phone="9")], ["phone"]),
    "complex_filter": lambda c: list(Patient.objects.complex_filter(Q(phone="12345"))),
    "contains": lambda c: guess.contains(c.ann_patient),
    "count": lambda c: guess.count(),
    "create": lambda c: Patient.objects.create(user=c.ann, phone="9"),
    "dates": lambda c: list(User.objects.dates("date_joined", "year")),
    "datetimes": lambda c: list(User.objects.datetimes("date_joined", "hour")),
    "defer": lambda c: [p.phone for p in Patient.objects.defer("name")],
    "delete": lambda c: Patient.objects.all().delete(),
    "difference": lambda c: list(phones.difference(Patient.objects.none().values_list("phone"))),
    "distinct": lambda c: list(phones.distinct()),
    "earliest": lambda c: Patient.objects.earliest("phone"),
    "exclude": lambda c: list(Patient.objects.exclude(phone="12345")),
    "exists": lambda c: guess.exists(),
    "explain": lambda c: guess.explain(),
    "extra": lambda c: list(Patient.objects.extra(select={"x": "phone"}).values_list("x")),
    "filter": lambda c: list(guess),
    "first": lambda c: phones.first(),
    "get": lambda c: guess.get(pk=c.ann_patient.pk),
    "get_or_create": lambda c: Patient.objects.get_or_create(phone="12345"),
    "in_bulk": lambda c: User.objects.in_bulk(["ann"], field_name="username"),
    "intersection": lambda c: list(phones.intersection(phones)),
    "iterator": lambda c: list(phones.iterator()),
    "last": lambda c: Patient.objects.order_by("phone").last(),
    "latest": lambda c: Patient.objects.latest("phone"),
    "only": lambda c: list(Patient.objects.only("phone")),
    "order_by": lambda c: list(Patient.objects.order_by("phone")),
    "prefetch_related": lambda c: [p.phone for t in Topic.objects.prefetch_related("patients")
                                   for p in t.patients.all()],
    "raw": lambda c: [p.phone for p in Patient.objects.raw("SELECT * FROM clinic_patient")],
    "reverse": lambda c: list(Patient.objects.order_by("phone").reverse()),
    "select_for_update": lambda c: [p.phone for p in Patient.objects.select_for_update()],
    "select_related": lambda c: [a.patient and a.patient.phone for a in
                                 Appointment.objects.select_related("patient").order_by("pk")],
    "union": lambda c: list(phones.union(phones, all=True)),
    "update": lambda c: Patient.objects.update(phone="9"),
    "update_or_create": lambda c: Patient.objects.update_or_create(
        pk=c.ann_patient.pk, defaults={"phone": "9"}),
    "using": lambda c: list(phones.using("default")),
    "values": lambda c: list(Patient.objects.values("phone")),
    "values_list": lambda c: list(Patient.objects.values_list("phone")),
    # of managers
    "db_manager": lambda c: list(Patient.objects.db_manager("default").values("phone")),
    "from_queryset": lambda c: list(by_manager("phone")),
    "get_queryset": lambda c: list(Patient.objects.get_queryset().values("phone")),
}  # fmt: skip

ROWS: dict[str, Ask] = {
    "aaggregate": lambda c: wait(bob(c).aaggregate(n=Count("pk")))["n"],
    "abulk_create": lambda c: wait(Invoice.objects.abulk_create([fresh(c)])),
    "abulk_update": lambda c: wait(Patient.objects.abulk_update(
        [Patient(pk=c.bob_patient.pk, colour="x")], ["colour"])),
    "acontains": lambda c: wait(Patient.objects.acontains(c.bob_patient)),
    "acount": lambda c: wait(bob(c).acount()),
    "acreate": lambda c: wait(Invoice.objects.acreate(user=c.bob, number="N-new")),
    "adelete": lambda c: wait(bob(c).adelete())[0],
    "aearliest": lambda c: of_bob(c, wait(Patient.objects.aearliest("-pk"))),
    "aexists": lambda c: wait(bob(c).aexists()),
    "afirst": lambda c: wait(bob(c).afirst()),
    "aget": lambda c: of_bob(c, wait(Patient.objects.aget(pk=c.bob_patient.pk))),
    "aget_or_create": lambda c: of_bob(c, wait(Patient.objects.aget_or_create(
        pk=c.bob_patient.pk, defaults={"user": c.bob}))[0]),
    "aggregate": lambda c: bob(c).aggregate(n=Count("pk"))["n"],
    "ain_bulk": lambda c: wait(Patient.objects.ain_bulk([c.bob_patient.pk])),
    "aiterator": lambda c: drawn(bob(c).aiterator()),
    "alast": lambda c: of_bob(c, wait(Patient.objects.order_by("pk").alast())),
    "alatest": lambda c: of_bob(c, wait(Patient.objects.alatest("pk"))),
    "alias": lambda c: list(Patient.objects.alias(x=F("colour")).filter(x="blue")),
    "all": lambda c: list(bob(c).all()),
    "annotate": lambda c: list(bob(c).annotate(x=F("colour"))),
    "as_manager": lambda c: [v for v in by_manager("colour") if v == ("blue",)],
    "aupdate": lambda c: wait(bob(c).aupdate(colour="x")),
    "aupdate_or_create": lambda c: of_bob(c, wait(Patient.objects.aupdate_or_create(
        pk=c.bob_patient.pk, defaults={"colour": "x", "user": c.bob}))[0]),
    "bulk_create": lambda c: Invoice.objects.bulk_create([fresh(c)]),
    "bulk_update": lambda c: Patient.objects.bulk_update(
        [Patient(pk=c.bob_patient.pk, colour="x")], ["colour"]),
    "complex_filter": lambda c: list(Patient.objects.complex_filter(Q(colour="blue"))),
    "contains": lambda c: Patient.objects.contains(c.bob_patient),
    "count": lambda c: bob(c).count(),
    "create": lambda c: Invoice.objects.create(user=c.bob, number="N-new"),
    "dates": lambda c: list(User.objects.filter(pk=c.bob.pk).dates("date_joined", "year")),
    "datetimes": lambda c: list(User.objects.filter(pk=c.bob.pk).datetimes("date_joined", "day")),
    "defer": lambda c: list(bob(c).defer("name")),
    "delete": lambda c: bob(c).delete()[0],
    "difference": lambda c: list(Patient.objects.values_list("pk").difference(
        Patient.objects.filter(colour="red").values_list("pk"))),
    "distinct": lambda c: list(bob(c).values_list("colour").distinct()),
    "earliest": lambda c: of_bob(c, Patient.objects.earliest("-pk")),
    "exclude": lambda c: list(Patient.objects.exclude(pk=c.ann_patient.pk)),
    "exists": lambda c: bob(c).exists(),
    "extra": lambda c: list(Patient.objects.extra(where=["colour = 'blue'"])),
    "filter": lambda c: list(bob(c)),
    "first": lambda c: bob(c).first(),
    "get": lambda c: of_bob(c, Patient.objects.get(pk=c.bob_patient.pk)),
    "get_or_create": lambda c: of_bob(c, Patient.objects.get_or_create(
        pk=c.bob_patient.pk, defaults={"user": c.bob})[0]),
    "in_bulk": lambda c: Patient.objects.in_bulk([c.bob_patient.pk]),
    "intersection": lambda c: list(bob(c).values_list("pk").intersection(
        Patient.objects.values_list("pk"))),
    "iterator": lambda c: list(bob(c).iterator()),
    "last": lambda c: of_bob(c, Patient.objects.order_by("pk").last()),
    "latest": lambda c: of_bob(c, Patient.objects.latest("pk")),
    "only": lambda c: list(bob(c).only("colour")),
    "order_by": lambda c: of_bob(c, Patient.objects.order_by("-pk").first()),
    "prefetch_related": lambda c: [p for t in Topic.objects.prefetch_related("patients")
                                   for p in t.patients.all() if of_bob(c, p)],
    "raw": lambda c: list(Patient.objects.raw("SELECT * FROM clinic_patient")),
    "reverse": lambda c: of_bob(c, Patient.objects.order_by("pk").reverse()[0]),
    "select_for_update": lambda c: list(bob(c).select_for_update()),
    "select_related": lambda c: [a.patient for a in Appointment.objects.select_related("patient")
                                 if of_bob(c, a.patient)],
    "union": lambda c: list(bob(c).union(bob(c), all=True)),
    "update": lambda c: bob(c).update(colour="x"),
    "update_or_create": lambda c: of_bob(c, Patient.objects.update_or_create(
        pk=c.bob_patient.pk, defaults={"colour": "x", "user": c.bob})[0]),
    "using": lambda c: list(bob(c).using("default")),
    "values": lambda c: list(bob(c).values("colour")),
    "values_list": lambda c: list(bob(c).values_list("colour")),
    # of managers
    "db_manager": lambda c: list(Patient.objects.db_manager("default").filter(colour="blue")),
    "from_queryset": lambda c: [v for v in by_manager("colour") if v == ("blue",)],
    "get_queryset": lambda c: list(Patient.objects.get_queryset().filter(colour="blue")),
}  # fmt: skip

ONLY_COLUMNS = {
    "aexplain": "a plan has no rows",
    "explain": "a plan has no rows",
}
ASK_NOTHING = {
    "none": "an empty answer without a query",
    "db": "the alias",
    "ordered": "a flag",
    "query": "the tree that the compiler reads",
    "resolve_expression": "a subquery: see test_expressions",
    "auto_created": "a flag",
    "check": "looks at declarations",
    "contribute_to_class": "looks at declarations",
    "creation_counter": "a counter",
    "deconstruct": "looks at declarations",
    "use_in_migrations": "a flag",
}


class Named(QuerySet[Patient]):
    """A query set of a project's own."""

    def listed(self, name: str) -> Any:
        return self.values_list(name)


def by_manager(name: str) -> Any:
    """Ask through a manager made of a query set."""
    manager: Any = Named.as_manager()
    manager.model = Patient
    return manager.listed(name)


def test_nothing_of_django_is_forgotten() -> None:
    offered = public(QuerySet) | public(BaseManager)
    assert offered - set(COLUMN) - set(ASK_NOTHING) == set()
    assert offered - set(ROWS) - set(ASK_NOTHING) - set(ONLY_COLUMNS) == set()
    assert (set(COLUMN) | set(ROWS) | set(ASK_NOTHING)) - offered == set()


@pytest.mark.parametrize("name", sorted(COLUMN))
def test_column(clinic: Clinic, name: str) -> None:
    for purpose in ("statistics", None):
        with as_(purpose), pytest.raises(PurposeError), transaction.atomic():
            COLUMN[name](clinic)
    with as_("upkeep"):
        assert list(Patient.objects.values_list("phone", flat=True)) == ["12345", "12345"]


@pytest.mark.parametrize("name", sorted(ROWS))
def test_row(clinic: Clinic, name: str) -> None:
    with clinic.own(clinic.ann):
        assert nothing(clinic, name)
    with as_(None):
        assert nothing(clinic, name)
    with as_("upkeep"):
        assert Patient.objects.get(user=clinic.bob).colour == "blue"
        assert Patient.objects.count() == 2
        assert Invoice.objects.count() == 3


@pytest.mark.parametrize("name", sorted(set(ROWS) - {"raw"}))
def test_row_is_there_for_a_purpose_that_may(clinic: Clinic, name: str) -> None:
    with as_("upkeep"), transaction.atomic():
        assert ROWS[name](clinic)


def nothing(clinic: Clinic, name: str) -> bool:
    """True when the ask is refused or gives nothing of Bob's."""
    try:
        with transaction.atomic():
            return not ROWS[name](clinic)
    except PurposeError:
        return True
    except Patient.DoesNotExist:
        return True
