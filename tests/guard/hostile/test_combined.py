"""UNION, INTERSECT, EXCEPT over columns of different kinds: refused, or right."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.db.models import F, Value

from tests.guard.conftest import DISPATCH, Clinic, as_
from tests.project.clinic.models import Invoice, Patient, Topic
from upheld.errors import PurposeError, SealedUse


def titles() -> Any:
    """Plain."""
    return Topic.objects.values_list("title")


def patients() -> Any:
    """Sealed."""
    return Patient.objects.values_list("name")


def logins() -> Any:
    """Personal, not sealed."""
    return User.objects.values_list("username")


MIXED: list[Callable[[], Any]] = [
    lambda: titles().union(patients(), all=True),
    lambda: patients().union(titles(), all=True),
    lambda: titles().union(patients()),
    lambda: patients().union(logins(), all=True).union(titles(), all=True),
    lambda: titles().union(logins().union(patients(), all=True), all=True),
    lambda: logins().union(patients(), all=True).order_by("username"),
    lambda: Topic.objects.all().union(Patient.objects.values_list("pk", "name"), all=True),
    lambda: Topic.objects.annotate(n=Value("x")).values_list("n").union(
        Patient.objects.annotate(n=F("name")).values_list("n"), all=True),
    lambda: patients().union(Topic.objects.annotate(n=Value("x")).values_list("n"), all=True),
    lambda: patients().union(patients()),
    lambda: patients().intersection(patients()),
    lambda: patients().difference(patients()),
    lambda: Patient.objects.values_list("pk", "email").intersection(
        User.objects.values_list("pk", "email")),
    lambda: Patient.objects.values_list("pk", "email").difference(
        User.objects.values_list("pk", "email")),
    lambda: Patient.objects.values_list("pk", "email").union(
        User.objects.values_list("pk", "email")),
    lambda: Patient.objects.values_list("pk", "name").union(
        Patient.objects.values_list("user_id", "name")),
]  # fmt: skip


@pytest.mark.parametrize("ask", MIXED)
def test_sealed_meets_only_the_same(clinic: Clinic, ask: Callable[[], Any]) -> None:
    with as_("upkeep"):
        with pytest.raises(SealedUse):
            list(ask())
        with pytest.raises(SealedUse):
            ask().count()


def test_what_goes_together_is_opened(clinic: Clinic) -> None:
    with as_("upkeep"):
        empty = Topic.objects.none().values_list("title").union(patients(), all=True)
        assert sorted(empty) == [("Ann Lee",), ("Bob Lee",)]
        blank = patients().union(Topic.objects.annotate(n=Value("")).values_list("n"), all=True)
        assert sorted(blank) == [("",), ("",), ("Ann Lee",), ("Bob Lee",)]
        twice = Patient.objects.values_list("pk", "name")
        assert sorted(n for _, n in twice.intersection(twice)) == ["Ann Lee", "Bob Lee"]
        assert list(twice.difference(twice)) == []
        both = Patient.objects.values_list("email").union(
            Invoice.objects.values_list("guest_email"), User.objects.values_list("email"), all=True
        )
        assert sorted(mail for (mail,) in both if mail) == [
            "ann@mail.example", "ann@mail.example", "bob@mail.example", "bob@mail.example",
            "guest@mail.example",
        ]  # fmt: skip


WITHHELD: list[Callable[[], Any]] = [
    lambda: titles().union(Patient.objects.values_list("phone"), all=True),
    lambda: Patient.objects.values_list("phone").union(titles(), all=True),
    lambda: Patient.objects.values_list("phone").union(logins(), all=True),
    lambda: titles().union(Patient.objects.values_list("colour"), all=True),
]


@pytest.mark.parametrize("ask", WITHHELD)
def test_withheld_meets_only_the_same(clinic: Clinic, ask: Callable[[], Any]) -> None:
    with as_("order_fulfilment", DISPATCH), pytest.raises(PurposeError):
        list(ask())


def test_masked_in_every_part_is_masked(clinic: Clinic) -> None:
    with as_("order_fulfilment", DISPATCH):
        whole = Patient.objects.all().union(Patient.objects.filter(pk=0), all=True)
        assert {p.phone for p in whole} == {"•••"}
        assert all("email" in p.get_deferred_fields() for p in whole)


def test_distinct_on_a_sealed_output(clinic: Clinic) -> None:
    if connection.vendor != "postgresql":
        return
    with as_("upkeep"):
        for ask in (
            Patient.objects.distinct("name").values_list("pk", "name"),
            Patient.objects.annotate(n=F("name")).distinct("n").values_list("pk", "n"),
            Patient.objects.annotate(n=F("name")).order_by("n").distinct("n").values_list("pk"),
        ):
            with pytest.raises(SealedUse):
                list(ask)
