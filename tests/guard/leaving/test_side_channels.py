"""What may be learnt without reading: how far each side channel goes, and what bounds it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import Count, Max, Sum
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.guard.conftest import Clinic, as_
from tests.project.clinic.models import Invoice, Patient
from upheld.errors import PurposeError


def told_by(act: Callable[[Clinic], Any], clinic: Clinic) -> str:
    """The error that an attempt ends in, as text."""
    with (
        clinic.own(clinic.ann),
        pytest.raises((PurposeError, DatabaseError)) as caught,
        transaction.atomic(),
    ):
        act(clinic)
    return f"{type(caught.value).__name__}: {caught.value}"


def test_a_taken_value_is_told_by_the_constraint_and_nothing_more(clinic: Clinic) -> None:
    """Not stopped: a unique column must refuse what is there. The text names no value, no
    owner, no row."""
    text = told_by(lambda c: Invoice.objects.create(number="N-bob", user=c.ann), clinic)
    assert text.startswith("IntegrityError")
    assert "N-bob" not in text
    assert str(clinic.bob.pk) not in text.partition("(")[2] or "…" in text
    with clinic.own(clinic.ann), transaction.atomic(), pytest.raises(IntegrityError):
        Invoice.objects.get_or_create(number="N-bob", defaults={"user": clinic.ann})


@pytest.mark.parametrize("mail", ["bob@mail.example", "nobody@mail.example"])
def test_asking_by_an_address_tells_nobody_elses(clinic: Clinic, mail: str) -> None:
    """An address that exists and one that does not get the same answer."""
    with clinic.own(clinic.ann):
        assert not User.objects.filter(email=mail).exists()
        assert User.objects.filter(email__iexact=mail).count() == 0
        assert not Patient.objects.filter(email__in=[mail]).exists()
        with pytest.raises(User.DoesNotExist):
            User.objects.get(email=mail)
    with as_("statistics"), pytest.raises(PurposeError) as caught:
        User.objects.filter(email=mail).exists()
    assert mail not in str(caught.value)


def test_a_refusal_is_the_same_whatever_lies_in_the_table(clinic: Clinic) -> None:
    """It is decided from names before a row is read, so its text and its queries tell none."""

    def refused() -> tuple[str, list[str]]:
        with (
            as_("statistics"),
            CaptureQueriesContext(connection) as queries,
            pytest.raises(PurposeError) as caught,
        ):
            list(Patient.objects.filter(phone="12345"))
        return str(caught.value), [
            query["sql"] for query in queries.captured_queries if "clinic" in query["sql"]
        ]

    first = refused()
    with as_("upkeep"):
        Patient.objects.all().delete()
    assert refused() == first
    assert first[1] == []


def test_order_of_what_may_not_be_read_is_not_told(clinic: Clinic) -> None:
    with as_("statistics"):
        for ask in (
            lambda: list(Patient.objects.order_by("phone").values("pk")),
            lambda: Patient.objects.aggregate(m=Max("phone")),
            lambda: list(Patient.objects.values("phone").annotate(n=Count("pk"))),
            lambda: Invoice.objects.aggregate(s=Sum("content")),
        ):
            with pytest.raises(PurposeError):
                ask()


def test_groups_are_counted_by_a_matching_purpose_however_small(clinic: Clinic) -> None:
    """Not stopped: a purpose that may match a category can count who has which value."""
    with as_("statistics"):
        assert Patient.objects.filter(colour="red").count() == 1
        with pytest.raises(PurposeError):
            list(Patient.objects.values_list("colour").annotate(n=Count("pk")))


def test_visitors_are_told_only_that_it_was_refused(clinic: Clinic) -> None:
    """The 403 page of a row that is there and of a page without a purpose say the same."""
    client = Client(raise_request_exception=False)
    with as_("upkeep"):
        client.force_login(clinic.ann)
    there = client.get(f"/patients/{clinic.bob_patient.pk}/")
    gone = client.get("/patients/99999/")
    assert (there.status_code, gone.status_code) == (404, 404)
    refused = client.get("/unmapped/").content.decode()
    assert "clinic" not in refused
    assert "Patient" not in refused
