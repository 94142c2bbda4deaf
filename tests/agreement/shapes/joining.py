"""Columns and rows reached from another table."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Exists, F, FilteredRelation, Max, OuterRef, Prefetch, Q

from tests.agreement.case import Case, RefusedError
from tests.agreement.shapes.filtering import _exact_expected
from tests.agreement.shapes.shape import Shape, of
from tests.project.clinic.models import Address, Appointment, Note, Patient, Topic
from upheld.guard.masked import PLACEHOLDER
from upheld.policy.semantics import Outcome

# -- topics are about nobody, their patients are people ------------------------------------


def _topics(case: Case, patients: set[int]) -> list[int]:
    links = case.world.links["topic patients"]
    return sorted(topic for topic, linked in links.items() if linked & patients)


def _filter_across(case: Case) -> Any:
    found = Topic.objects.filter(**{f"patients__{case.column}": case.question.value})
    return sorted(found.distinct().values_list("pk", flat=True))


def _exists_across(case: Case) -> Any:
    wanted = {"topics": OuterRef("pk"), case.column: case.question.value}
    found = Topic.objects.filter(Exists(Patient.objects.filter(**wanted)))
    return sorted(found.values_list("pk", flat=True))


def _filter_across_expected(case: Case) -> Any:
    return _topics(case, set(_exact_expected(case)))


def _not_across(case: Case) -> Any:
    found = Topic.objects.filter(~Q(**{f"patients__{case.column}": case.question.value}))
    return sorted(found.values_list("pk", flat=True))


def _not_across_expected(case: Case) -> Any:
    found = set(_filter_across_expected(case))
    return sorted(set(case.world.links["topic patients"]) - found)


def _count_across(case: Case) -> Any:
    return sorted(Topic.objects.annotate(n=Count("patients")).values_list("pk", "n"))


def _count_across_expected(case: Case) -> Any:
    seen = case.keys(Patient)
    return sorted((t, len(p & seen)) for t, p in case.world.links["topic patients"].items())


def _values_across(case: Case) -> Any:
    found = Topic.objects.values_list("pk", "patients__pk", f"patients__{case.column}")
    return sorted(found, key=str)


def _values_across_expected(case: Case) -> Any:
    rows = {row.pk: row for row in case.rows()}
    case.seen(case.world.rows[Patient][0])
    masked = case.outcome("read") is Outcome.MASK
    found: list[tuple[int, int | None, Any]] = []
    for topic, patients in case.world.links["topic patients"].items():
        linked = sorted(patients & set(rows))
        found += [(topic, pk, case.seen(rows[pk])) for pk in linked]
        if not linked:
            found.append((topic, None, PLACEHOLDER if masked else None))
    return sorted(found, key=str)


def _largest_across(case: Case) -> Any:
    return sorted(
        Topic.objects.annotate(m=Max(f"patients__{case.column}")).values_list("pk", "m"), key=str
    )


def _largest_across_expected(case: Case) -> Any:
    rows = {row.pk: row.values[case.column] for row in case.rows()}
    case.need("read")
    case.plain()
    return sorted(
        (
            (topic, max((rows[pk] for pk in patients if pk in rows), default=None))
            for topic, patients in case.world.links["topic patients"].items()
        ),
        key=str,
    )


def _filtered_relation(case: Case) -> Any:
    wanted = Q(**{f"patients__{case.column}": case.question.value})
    found = Topic.objects.annotate(those=FilteredRelation("patients", condition=wanted))
    return sorted(found.filter(those__isnull=False).distinct().values_list("pk", flat=True))


def _prefetched(case: Case) -> Any:
    found = Topic.objects.order_by("pk").prefetch_related(
        Prefetch("patients", Patient.objects.only("pk").order_by("pk"))
    )
    return [(topic.pk, [each.pk for each in topic.patients.all()]) for topic in found]


def _prefetched_expected(case: Case) -> Any:
    seen = case.keys(Patient)
    links = case.world.links["topic patients"]
    return [(topic, sorted(links[topic] & seen)) for topic in sorted(links)]


# -- forwards along foreign keys ------------------------------------------------------------


def _forward(case: Case) -> Any:
    """Notes by the reason of their appointment."""
    found = Note.objects.filter(**{f"appointment__{case.column}": case.question.value})
    return sorted(found.values_list("pk", flat=True))


def _forward_expected(case: Case) -> Any:
    found = set(_exact_expected(case))
    seen = case.keys(Note)
    links = case.world.links["note appointment"]
    return sorted(note for note, visits in links.items() if note in seen and visits & found)


def _address_of_visit(case: Case) -> Any:
    """A shared row through a nullable key: an outer join that may show none."""
    found = Appointment.objects.values_list("pk", f"address__{case.column}")
    return sorted(found, key=str)


def _address_of_visit_expected(case: Case) -> Any:
    rows = {row.pk: row for row in case.rows(Address)}
    case.seen(case.world.rows[Address][0])
    masked = case.outcome("read") is Outcome.MASK
    links = case.world.links["appointment address"]
    found = []
    for visit in sorted(case.keys(Appointment)):
        linked = sorted(links[visit] & set(rows))
        value = case.seen(rows[linked[0]]) if linked else PLACEHOLDER if masked else None
        found.append((visit, value))
    return sorted(found, key=str)


def _related_objects(case: Case) -> Any:
    """A related object loaded along: its withheld columns are deferred in it."""
    found = []
    for each in Appointment.objects.select_related("patient").order_by("pk"):
        patient = each.patient
        if patient is None:
            found.append((each.pk, None))
        elif case.column in patient.get_deferred_fields():
            found.append((each.pk, "deferred"))
        else:
            found.append((each.pk, getattr(patient, case.column)))
    return found


def _related_objects_expected(case: Case) -> Any:
    rows = {row.pk: row for row in case.rows(Patient)}
    case.loadable(Patient)
    case.loadable(Appointment)
    links = case.world.links["appointment patient"]
    found: list[tuple[int, Any]] = []
    for visit in sorted(case.keys(Appointment)):
        linked = sorted(links[visit])
        if linked and linked[0] not in rows:
            raise RefusedError
        found.append((visit, case.loaded(rows[linked[0]]) if linked else None))
    return found


def _related_manager(case: Case) -> Any:
    """`patient.appointments` of a patient that was loaded under another purpose."""
    patient = Patient(pk=case.question.row)
    return sorted(patient.appointments.values_list("pk", flat=True))


def _related_manager_expected(case: Case) -> Any:
    seen = case.keys(Appointment)
    return sorted(case.world.links["patient appointments"][case.question.row] & seen)


def _annotated_forward(case: Case) -> Any:
    found = Appointment.objects.annotate(asked=F(f"patient__{case.column}"))
    return sorted(found.values_list("pk", "asked"), key=str)


def _annotated_forward_expected(case: Case) -> Any:
    rows = {row.pk: row for row in case.rows(Patient)}
    case.seen(case.world.rows[Patient][0])
    masked = case.outcome("read") is Outcome.MASK
    links = case.world.links["appointment patient"]
    found = []
    for visit in case.keys(Appointment):
        linked = sorted(links[visit] & set(rows))
        value = case.seen(rows[linked[0]]) if linked else PLACEHOLDER if masked else None
        found.append((visit, value))
    return sorted(found, key=str)


def _order_across(case: Case) -> Any:
    found = Appointment.objects.filter(patient__isnull=False)
    found = found.order_by(f"patient__{case.column}", "pk")
    return list(found.values_list("pk", flat=True))


def _order_across_expected(case: Case) -> Any:
    rows = {row.pk: row.values[case.column] for row in case.rows(Patient)}
    case.need("match")
    case.plain()
    links = case.world.links["appointment patient"]
    found = [
        (rows[patient], visit)
        for visit in case.keys(Appointment)
        for patient in links[visit]
        if patient in rows
    ]
    return [visit for _, visit in sorted(found)]


PATIENTS = of(Patient)
SHAPES = [
    Shape("filter across", _filter_across, _filter_across_expected, fits=PATIENTS),
    Shape("exists across", _exists_across, _filter_across_expected, fits=PATIENTS),
    Shape("not across", _not_across, _not_across_expected, fits=PATIENTS),
    Shape("count across", _count_across, _count_across_expected, fits=PATIENTS),
    Shape("values across", _values_across, _values_across_expected, fits=PATIENTS),
    Shape("largest across", _largest_across, _largest_across_expected, fits=PATIENTS),
    Shape("filtered relation", _filtered_relation, _filter_across_expected, fits=PATIENTS),
    Shape("prefetched", _prefetched, _prefetched_expected, fits=PATIENTS),
    Shape("forward", _forward, _forward_expected, fits=of(Appointment)),
    Shape("address of visit", _address_of_visit, _address_of_visit_expected, fits=of(Address)),
    Shape("related objects", _related_objects, _related_objects_expected, fits=PATIENTS),
    Shape("related manager", _related_manager, _related_manager_expected, fits=PATIENTS),
    Shape("annotated forward", _annotated_forward, _annotated_forward_expected, fits=PATIENTS),
    Shape("order across", _order_across, _order_across_expected, fits=PATIENTS),
]
