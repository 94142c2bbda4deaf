"""What the database says of a value that does not fit does not repeat the value."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, connection, transaction
from django.db.utils import DatabaseErrorWrapper

from tests.guard.conftest import Clinic, as_
from tests.project.clinic.models import Invoice, Patient
from upheld.guard.backends.wrapper import GuardedWrapper

FAULTS: list[Callable[[Clinic], Any]] = [
    lambda c: User.objects.create(username="ann"),
    lambda c: Invoice.objects.create(number="N-bob"),
    lambda c: Patient.objects.filter(pk=c.ann_patient.pk).update(user=c.bob),
    lambda c: Patient.objects.create(user_id=c.ann.pk, colour="vermilion", created=None),
]
HELD = ("(ann)", "N-bob", "vermilion")


def told(fault: Callable[[Clinic], Any], clinic: Clinic) -> str:
    """Everything that a report of the error could show, and psycopg's own details."""
    with as_("upkeep"), pytest.raises(DatabaseError) as caught, transaction.atomic():
        fault(clinic)
    text = "".join(traceback.format_exception_only(caught.value))
    cause = caught.value.__cause__
    assert cause is not None
    diag = getattr(cause, "diag", None)
    details = [str(getattr(diag, name)) for name in dir(diag) if name.startswith("message_")]
    return "\n".join([text, str(cause), repr(cause.args), *details])


@pytest.mark.parametrize("fault", FAULTS)
def test_no_value_is_told(clinic: Clinic, fault: Callable[[Clinic], Any]) -> None:
    text = told(fault, clinic)
    assert not [value for value in HELD if value in text]


def test_the_constraint_is_told(clinic: Clinic) -> None:
    text = told(FAULTS[1], clinic)
    assert "number" in text
    with as_("upkeep"), pytest.raises(DatabaseError) as caught, transaction.atomic():
        FAULTS[1](clinic)
    if connection.vendor == "postgresql":
        diag: Any = caught.value.__cause__.diag  # type: ignore[union-attr]  # psycopg's
        assert diag.constraint_name == "clinic_invoice_number_key"
        assert diag.sqlstate == "23505"


def test_without_the_protection_it_is_told(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        GuardedWrapper, "wrap_database_errors", property(lambda self: DatabaseErrorWrapper(self))
    )
    connection.__dict__.pop("wrap_database_errors", None)
    told_of = told(FAULTS[1], clinic)
    connection.__dict__.pop("wrap_database_errors", None)
    assert ("N-bob" in told_of) == (connection.vendor == "postgresql")
