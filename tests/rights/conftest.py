"""Two people of the practice, one address that both use, invoices old and new."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User

from tests.project.clinic.models import (
    Address,
    Appointment,
    Invoice,
    Note,
    Patient,
    Remark,
    Scan,
)
from upheld.context import Actor, purpose
from upheld.journal import buffer as journal

ENGINE = Actor("system", "system:test")
TODAY = datetime.now(UTC).date()


@dataclass(frozen=True)
class Person:
    user: User
    subject: str
    patient: Patient


def make_person(name: str, **extra: Any) -> Person:
    """Make a member with a patient row, sealed under their own key."""
    with purpose("rights", actor=ENGINE):
        user = User.objects.create_user(
            username=name.lower(),
            email=f"{name.lower()}@post.example",
            password="pine-cone-river-9",
            first_name=name,
            last_name="Oakes",
        )
        with purpose("rights", actor=ENGINE, subject=f"member:{user.pk}"):
            patient = Patient.objects.create(
                user=user,
                name=f"{name} Oakes",
                email=f"{name.lower()}@post.example",
                phone="+12025550101",
                **extra,
            )
    return Person(user, f"member:{user.pk}", patient)


def furnish(person: Person, address: Address | None = None) -> Address:
    """Give a person one row of every kind; returns the address their appointment uses."""
    with purpose("rights", actor=ENGINE, subject=person.subject):
        if address is None:
            address = Address.objects.create(line1="7 Mill Lane", postcode="10001")
        visit = Appointment.objects.create(
            patient=person.patient, address=address, reason="Knee, left"
        )
        Note.objects.create(appointment=visit, text="Wants a quiet room")
        Scan.objects.create(patient=person.patient, title="X-ray", finding="All well")
        Remark.objects.create(author=person.user, about=person.patient, text="Friendly at the desk")
        for number, days in (("new", 30), ("old", 365 * 7)):
            Invoice.objects.create(
                number=f"{person.user.pk}-{number}",
                user=person.user,
                content="Consultation",
                total=80,
                placed=TODAY - timedelta(days=days),
            )
    return address


@pytest.fixture
def ann(db: None) -> Person:
    person = make_person("Ann")
    furnish(person)
    return person


@pytest.fixture
def ben(db: None) -> Person:
    return make_person("Ben")


@pytest.fixture(autouse=True)
def _own_buffer() -> Iterator[None]:
    """What one test noted or forgot is nothing to the next."""
    with journal.fresh_buffer():
        yield
