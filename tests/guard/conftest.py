"""People and rows that the guard's tests share, and short ways to act as somebody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import override_settings

from tests.project.clinic.models import Address, Appointment, Invoice, Note, Patient, Topic
from upheld.context import Actor, Context, entered, purpose

DISPATCH = Actor("staff", "member:900", frozenset(("dispatch",)))
AFTER_SALES = Actor("staff", "member:901", frozenset(("after_sales",)))
MARKETING = Actor("staff", "member:902", frozenset(("marketing",)))
SYSTEM = Actor("system", "system:test")


@dataclass(frozen=True)
class Clinic:
    """Two people with everything, a guest, and rows about nobody."""

    ann: User
    bob: User
    ann_patient: Patient
    bob_patient: Patient

    def own(self, user: User) -> AbstractContextManager[Context]:
        """Act as `user` for themselves."""
        ref = f"member:{user.pk}"
        return entered(Context("own", Actor("member", ref), ref, "test"))


def as_(name: str | None, actor: Actor = SYSTEM) -> AbstractContextManager[Context]:
    """Act for the purpose `name` as `actor`."""
    return entered(Context(name, actor, None, "test"))


@pytest.fixture
def clinic(db: None) -> Clinic:
    with purpose("upkeep"):
        made: list[Any] = []
        topic = Topic.objects.create(title="Teeth")
        Topic.objects.create(title="Eyes")
        for name, colour in (("ann", "red"), ("bob", "blue")):
            user = User.objects.create_user(
                name, f"{name}@mail.example", "secret", first_name=name.title(), last_name="Lee"
            )
            patient = Patient.objects.create(
                user=user, name=f"{name.title()} Lee", email=f"{name}@mail.example",
                phone="12345", colour=colour, kitchen={"likes": ["rice"]},
            )  # fmt: skip
            patient.topics.add(topic)
            address = Address.objects.create(line1=f"{len(name)} Hill Road", postcode="AB1")
            appointment = Appointment.objects.create(
                patient=patient, address=address, reason=f"check of {name}"
            )
            Note.objects.create(appointment=appointment, text=f"note on {name}")
            Invoice.objects.create(number=f"N-{name}", user=user, content="glasses", total=10)
            made += [user, patient]
        Invoice.objects.create(number="N-guest", guest_email="guest@mail.example", total=5)
        Appointment.objects.create(reason="free slot")
        made[3].referred_by = made[1]
        made[3].save()
    return Clinic(made[0], made[2], made[1], made[3])


def stored(table: str, column: str, pk: int) -> Any:
    """What the database really holds."""
    with connection.gate.trusting(), connection.cursor() as cursor:
        cursor.execute(f'SELECT "{column}" FROM "{table}" WHERE id = %s', [pk])
        return cursor.fetchone()[0]


@contextmanager
def mode(name: str) -> Iterator[None]:
    """Run the block in another MODE; the governance stays loaded."""
    from django.conf import settings

    with override_settings(UPHELD={**settings.UPHELD, "MODE": name}):
        yield
