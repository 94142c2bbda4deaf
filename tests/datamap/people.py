"""Two members, a guest, and rows of every shape the clinic has; and who each row is about.

The expected subject of every row is written down by hand, so the SQL is checked against
what a person would say.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Model

from tests.project.clinic.models import (
    Address,
    Appointment,
    Document,
    Invoice,
    Note,
    Patient,
    Remark,
    Scan,
    Topic,
)

GUEST_MAIL = "Gwen@Guests.example"


@dataclass
class People:
    ann: User
    ben: User
    subjects: dict[type[Model], dict[Any, set[str]]] = field(default_factory=dict)
    """For each model: primary key -> every subject of the row."""

    def row(self, instance: Model, *subjects: str) -> Any:
        self.subjects.setdefault(type(instance), {})[instance.pk] = set(subjects)
        return instance


def make_people(guest: str) -> People:
    """Make the rows; `guest` is the reference of the guest. Needs a purpose that may write."""
    from django.contrib.contenttypes.models import ContentType

    ann = User.objects.create(username="ann", email="ann@members.example")
    ben = User.objects.create(username="ben", email="ben@members.example")
    people = People(ann, ben)
    a, b = f"member:{ann.pk}", f"member:{ben.pk}"
    people.row(ann, a)
    people.row(ben, b)
    pat_a = people.row(Patient.objects.create(user=ann, name="Ann Aldgrove"), a)
    pat_b = people.row(Patient.objects.create(user=ben, name="Ben Birch"), b)
    topic = Topic.objects.create(title="sleep")
    pat_a.topics.add(topic)
    link = Patient.topics.through.objects.get()
    people.row(link, a)
    shared = people.row(Address.objects.create(line1="1 Mill Lane"), a, b)
    lonely = people.row(Address.objects.create(line1="2 Mill Lane"), a)
    people.row(Address.objects.create(line1="3 Mill Lane"))
    slots = [
        people.row(Appointment.objects.create(patient=pat_a, address=shared), a),
        people.row(Appointment.objects.create(patient=pat_b, address=shared), b),
        people.row(Appointment.objects.create(patient=pat_a, address=lonely), a),
        people.row(Appointment.objects.create()),
    ]
    people.row(Note.objects.create(appointment=slots[0], text="rests well"), a)
    people.row(Note.objects.create(appointment=slots[3], text="slot kept free"))
    people.row(Invoice.objects.create(number="1", user=ann), a)
    people.row(Invoice.objects.create(number="2", guest_email=GUEST_MAIL), guest)
    people.row(Invoice.objects.create(number="3", user=ben, guest_email=GUEST_MAIL), b)
    people.row(Invoice.objects.create(number="4"))
    document = Document.objects.create(patient=pat_b, title="letter")
    people.row(document, b)
    scan = Scan.objects.create(patient=pat_a, title="scan", finding="clear")
    people.row(scan, a)
    people.subjects[Document][scan.pk] = {a}
    kind = ContentType.objects.get_for_model(Topic)
    people.row(Remark.objects.create(author=ben, content_type=kind, object_id=1, text="x"), b)
    people.row(Remark.objects.create(content_type=kind, object_id=1, text="y"))
    return people
