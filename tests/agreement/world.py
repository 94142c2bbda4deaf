"""The stored rows that every question is asked about, and the same rows as plain data.

Whose a row is stands here a second time, followed by hand along the foreign keys: the map's
paths and their SQL are part of what is tested.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model

from tests.agreement.people import ANN, BOB, CID, GUEST_MAIL, MEMBERS, OTHER_GUEST_MAIL
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
from upheld.consent import record
from upheld.context import Actor, Context, entered
from upheld.datamap.active import active
from upheld.datamap.references import reference_by_value

UPKEEP = Context("upkeep", Actor("system", "system:agreement"), None, "agreement")
ASKED = "generated"
"""The purpose that each generated policy fills anew."""
FIRST = 9001
"""Keys begin here, out of the way of any sequence."""

COLUMNS: dict[type[Model], tuple[str, ...]] = {
    User: ("username", "first_name", "last_name", "email"),
    Patient: ("colour", "phone", "name", "email", "search_text"),
    Address: ("line1", "postcode", "country"),
    Appointment: ("reason",),
    Note: ("text",),
    Invoice: ("content", "number", "guest_email"),
    Document: ("title",),
    Scan: ("finding",),
    Remark: ("text",),
    Topic: ("title",),
}
"""What is asked about: sealed in every way and in clear, personal and not."""


@dataclass(frozen=True)
class Row:
    """One stored row. `subjects` are all whom it is about."""

    pk: int
    subjects: frozenset[str]
    values: dict[str, Any]


@dataclass(frozen=True)
class World:
    """Rows by model; links by name, each from a key to keys; what people chose."""

    rows: dict[type[Model], list[Row]]
    links: dict[str, dict[int, set[int]]]
    people: dict[str, str]
    """Name -> reference, guests too."""
    chose: dict[tuple[str, str], bool] = field(default_factory=dict)
    """(reference, purpose) -> the answer; no entry = never asked."""

    def row(self, model: type[Model], pk: int) -> Row:
        """Return the row of `model` with this key."""
        return next(row for row in self.rows[model] if row.pk == pk)


def make_world() -> World:
    """Write the rows and return them as data. The policy in force must declare `ASKED`."""
    with entered(UPKEEP):
        _write()
        guests = {
            name: reference_by_value(active().datamap, "guest", mail)
            for name, mail in (("guest", GUEST_MAIL), ("other", OTHER_GUEST_MAIL))
        }
        people = {**MEMBERS, **guests}
        chose = _choose(people)
        return _read(people, chose)


def _write() -> None:
    for pk, name in ((ANN, "ann"), (BOB, "bob"), (CID, "cid")):
        User.objects.create(
            pk=pk, username=name, first_name=name.title(), last_name="Lee",
            email=f"{name}@mail.example", password="!",
        )  # fmt: skip
    teeth, eyes, ears = (
        Topic.objects.create(pk=FIRST + n, title=title)
        for n, title in enumerate(("Teeth", "Eyes", "Ears"))
    )
    patients = {}
    for pk, name, colour, phone in (
        (ANN, "ann", "red", "100"), (BOB, "bob", "blue", "200"), (CID, "cid", "red", "200"),
    ):  # fmt: skip
        patients[name] = Patient.objects.create(
            pk=pk, user_id=pk, name=f"{name.title()} Lee", email=f"{name}@mail.example",
            phone=phone, colour=colour, kitchen={"likes": [name]}, search_text=f"{name} lee",
        )  # fmt: skip
    patients["ann"].topics.add(teeth, eyes)
    patients["bob"].topics.add(teeth)
    # The second is shared by two people, the third by nobody.
    places = [
        Address.objects.create(pk=FIRST + n, line1=line, postcode=code, country=country)
        for n, (line, code, country) in enumerate(
            (("1 Hill", "A1", "US"), ("2 Hill", "A2", "GB"), ("3 Hill", "A1", "US"))
        )
    ]
    visits = (("ann", 0, "check"), ("ann", 1, "pain"), ("bob", 1, "check"), (None, None, "free"))
    for n, (name, place, reason) in enumerate(visits):
        Appointment.objects.create(
            pk=FIRST + n, patient=patients[name] if name else None, reason=reason,
            address=None if place is None else places[place],
        )  # fmt: skip
        Note.objects.create(pk=FIRST + n, appointment_id=FIRST + n, text=f"note {n % 2}")
    for n, (user, mail, content) in enumerate(
        ((ANN, "", "glasses"), (BOB, "", "frame"), (None, GUEST_MAIL, "glasses"),
         (None, OTHER_GUEST_MAIL, "case"), (ANN, GUEST_MAIL, "frame"))
    ):  # fmt: skip
        Invoice.objects.create(
            pk=FIRST + n, number=f"N-{n}", user_id=user, guest_email=mail, content=content, total=n
        )
    for n, (name, title) in enumerate((("ann", "letter"), ("bob", "letter"), ("cid", "bill"))):
        Scan.objects.create(pk=FIRST + n, patient=patients[name], title=title, finding=f"shade {n}")
    kind = ContentType.objects.get_for_model(Topic)
    for n, author in enumerate((ANN, CID, None)):
        Remark.objects.create(
            pk=FIRST + n, author_id=author, content_type=kind, object_id=ears.pk, text=f"says {n}"
        )


def _choose(people: dict[str, str]) -> dict[tuple[str, str], bool]:
    chose = {
        (people["bob"], ASKED): True,
        (people["cid"], ASKED): False,
        (people["guest"], ASKED): True,
        (people["ann"], "weekly_bundle_mail"): True,
    }
    for (subject, purpose), answer in chose.items():
        record(
            subject, purpose, answer, wording="May we?", version="1", place="agreement",
            method="page",
        )  # fmt: skip
    return chose


def _read(people: dict[str, str], chose: dict[tuple[str, str], bool]) -> World:
    member = {pk: frozenset((reference,)) for pk, reference in zip(
        (ANN, BOB, CID), MEMBERS.values(), strict=True)}  # fmt: skip
    nobody: frozenset[str] = frozenset()
    visits = list(Appointment.objects.order_by("pk"))
    of_visit = {v.pk: member.get(v.patient_id or 0, nobody) for v in visits}
    of_place: dict[int, frozenset[str]] = {}
    for visit in visits:
        if visit.address_id:
            of_place[visit.address_id] = of_place.get(visit.address_id, nobody) | of_visit[visit.pk]
    by_mail = {GUEST_MAIL: people["guest"], OTHER_GUEST_MAIL: people["other"]}

    def of_invoice(invoice: Any) -> frozenset[str]:
        if invoice.user_id:
            return member[invoice.user_id]
        return frozenset((by_mail[invoice.guest_email],))

    rows: dict[type[Model], list[Row]] = {
        User: _rows(User, lambda each: member[each.pk], range(ANN, CID + 1)),
        Patient: _rows(Patient, lambda each: member[each.user_id]),
        Address: _rows(Address, lambda each: of_place.get(each.pk, nobody)),
        Appointment: _rows(Appointment, lambda each: of_visit[each.pk]),
        Note: _rows(Note, lambda each: of_visit[each.appointment_id]),
        Invoice: _rows(Invoice, of_invoice),
        Document: _rows(Document, lambda each: member[each.patient_id]),
        Scan: _rows(Scan, lambda each: member[each.patient_id]),
        Remark: _rows(Remark, lambda each: member.get(each.author_id, nobody)),
        Topic: _rows(Topic, lambda each: nobody),
    }
    links = {
        "topic patients": {
            topic.pk: set(topic.patients.values_list("pk", flat=True))
            for topic in Topic.objects.all()
        },
        "note appointment": {n.pk: {n.appointment_id} for n in Note.objects.all()},
        "appointment patient": {v.pk: {v.patient_id} - {None} for v in visits},
        "appointment address": {v.pk: {v.address_id} - {None} for v in visits},
        "patient appointments": {
            p.pk: {v.pk for v in visits if v.patient_id == p.pk} for p in Patient.objects.all()
        },
        "invoice user": {i.pk: {i.user_id} - {None} for i in Invoice.objects.all()},
    }
    return World(rows, links, people, chose)  # type: ignore[arg-type]  # None is taken out above


def _rows(model: Any, whose: Any, keys: Iterable[int] | None = None) -> list[Row]:
    found = model.objects.order_by("pk")
    if keys is not None:
        found = found.filter(pk__in=list(keys))
    return [
        Row(each.pk, whose(each), {name: getattr(each, name) for name in COLUMNS[model]})
        for each in found
    ]
