"""Subject paths have one meaning: a short evaluator in Python, met by the SQL on any rows."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import Model
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.datamap.test_paths import SYSTEM, bound, keys
from tests.project.clinic.models import Address, Appointment, Invoice, Note, Patient
from upheld.context import purpose
from upheld.datamap.active import active, override
from upheld.datamap.bound import BoundModel, BoundPath
from upheld.datamap.paths import own_rows, rows_of, subjects_of
from upheld.datamap.references import reference_by_value
from upheld.policy.types import UPKEEP

MAILS = ("", "gwen@guests.example", "GWEN@guests.example", "hal@guests.example")
MODELS: tuple[type[Model], ...] = (Invoice, Address, Appointment, Note)
# Every shape: two kinds, a way back, an alternative behind a way back, a fallback.
SHAPES = """
models:
  clinic.Invoice: {subject: user | guest_email | nobody}
  clinic.Address: {subject: appointments.patient.user | appointments.patient.email | nobody}
  clinic.Appointment: {subject: patient.user | nobody}
  clinic.Note: {subject: appointment.patient.email | appointment.patient.user | unresolved}
"""


def reached(row: Any, steps: tuple[str, ...]) -> list[Any]:
    """Every value at the end of `steps`, following relations as Django objects do."""
    if row is None:
        return []
    if not steps:
        return [row]
    found = getattr(row, steps[0])
    many = found.all() if hasattr(found, "all") else [found]
    return [value for each in many for value in reached(each, steps[1:])]


def meaning(row: Any, model: BoundModel) -> tuple[set[str], bool]:
    """(subjects of the row, whether it is about nobody): the first path that leads to any."""
    for path in model.paths:
        found = {ref for value in reached(row, steps(path)) if (ref := named(path, value))}
        if found:
            return found, False
    return set(), model.fallback_nobody


def steps(path: BoundPath) -> tuple[str, ...]:
    return tuple(path.text.split("."))


def named(path: BoundPath, value: Any) -> str | None:
    assert path.kind is not None
    if path.kind.by == "key":
        return f"{path.kind.id}:{value.pk}"
    return reference_by_value(active().datamap, path.kind.id, value)


@pytest.mark.django_db
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_sql_means_what_the_paths_mean(data: st.DataObject) -> None:
    with (
        override(mapfile=clinic_with_shapes()) as now,
        purpose(UPKEEP, actor=SYSTEM),
        transaction.atomic(),
    ):
        draw(data)
        everyone = {"member:0", None}
        wanted: dict[type[Model], dict[Any, tuple[set[str], bool]]] = {}
        for model in MODELS:
            target = bound(now, model)
            wanted[model] = {row.pk: meaning(row, target) for row in model._base_manager.all()}
            everyone |= {ref for found, _ in wanted[model].values() for ref in found}
        for model in MODELS:
            target = bound(now, model)
            expected = wanted[model]
            firsts = {pk: min(found) if found else None for pk, (found, _) in expected.items()}
            assert subjects_of(target, expected) == firsts
            for subject in everyone:
                mine = {pk for pk, (found, _) in expected.items() if subject in found}
                nobody = {pk for pk, (_, empty) in expected.items() if empty}
                seen = keys(target, lambda a, t=target, s=subject: own_rows(t, a, s, connection))
                assert seen == mine | nobody
                if subject is not None:
                    held = rows_of(target, subject).values_list("pk", flat=True)
                    assert set(held) == mine
        transaction.set_rollback(True)


def draw(data: st.DataObject) -> None:
    """Make up to a dozen rows that point at one another in any way."""
    members = [User.objects.create(username=f"member {number}") for number in range(2)]
    patients: list[Patient | None] = [None]
    for user in members:
        mail = data.draw(st.sampled_from(MAILS))
        patients.append(Patient.objects.create(user=user, name="x", email=mail))
    addresses: list[Address | None] = [None, *(Address.objects.create() for _ in range(2))]
    for _ in range(data.draw(st.integers(0, 4))):
        slot = Appointment.objects.create(
            patient=data.draw(st.sampled_from(patients)),
            address=data.draw(st.sampled_from(addresses)),
        )
        Note.objects.create(appointment=slot, text="x")
    for number in range(data.draw(st.integers(0, 4))):
        Invoice.objects.create(
            number=str(number),
            user=data.draw(st.sampled_from([None, *members])),
            guest_email=data.draw(st.sampled_from(MAILS)),
        )


def clinic_with_shapes() -> Any:
    import dataclasses

    from upheld.policy.extend import loads_map

    own = active().datamap.source
    shapes = loads_map(SHAPES).models
    models = dict(own.models)
    for label, shape in shapes.items():
        models[label] = dataclasses.replace(
            models[label], paths=shape.paths, fallback_nobody=shape.fallback_nobody
        )
    return dataclasses.replace(own, models=models)
