"""Each statement that touches personal data is noted: purpose, model, categories, rows, whose."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client

from tests.guard.conftest import DISPATCH, Clinic, as_, mode
from tests.project.clinic.models import Address, Invoice, Patient, Topic
from upheld.context import purpose
from upheld.errors import PurposeError
from upheld.guard.subjects import settle_subjects
from upheld.journal.buffer import Buffer, Merged, fresh_buffer
from upheld.journal.models import Inbox, Leaf


@pytest.fixture
def notes(clinic: Clinic) -> Iterator[Buffer]:
    settle_subjects()  # what tests before this one read
    with fresh_buffer() as buffer:
        yield buffer


def of(buffer: Buffer, model: str, kind: str = "read") -> Merged:
    (found,) = (g for g in buffer.groups.values() if (g.first.model, g.first.kind) == (model, kind))
    return found


def test_own_read_names_the_subject(clinic: Clinic, notes: Buffer) -> None:
    with clinic.own(clinic.ann):
        assert list(Patient.objects.all())
        assert Patient.objects.filter(colour="red").exists()
    noted = of(notes, "clinic.Patient")
    assert noted.first.purpose == "own"
    assert noted.first.decision == "own rows"
    assert noted.count == 2
    assert noted.rows == 2
    assert noted.subjects == {f"member:{clinic.ann.pk}"}
    assert {"name.legal", "taste.colour", "contact.phone"} <= noted.categories


def test_staff_read_names_the_subjects_read(clinic: Clinic, notes: Buffer) -> None:
    with as_("order_fulfilment", DISPATCH):
        assert len(Address.objects.all()) == 2
        settle_subjects()
    noted = of(notes, "clinic.Address")
    assert noted.rows == 2
    assert noted.categories == {"address.delivery"}
    assert noted.subjects == {f"member:{clinic.ann.pk}", f"member:{clinic.bob.pk}"}


def test_withheld_columns_are_not_noted(clinic: Clinic, notes: Buffer) -> None:
    with as_("order_fulfilment", DISPATCH):
        Patient.objects.get(pk=clinic.ann_patient.pk)
    assert of(notes, "clinic.Patient").categories == {"name.legal"}


def test_joined_and_nested_tables_are_noted(clinic: Clinic, notes: Buffer) -> None:
    with as_("upkeep"):
        assert Topic.objects.filter(patients__in=Patient.objects.filter(colour="red")).exists()
    assert of(notes, "clinic.Patient").categories == {"taste.colour"}


def test_writes(clinic: Clinic, notes: Buffer) -> None:
    with clinic.own(clinic.ann):
        Invoice.objects.create(number="N-8", user=clinic.ann, content="case")
        Invoice.objects.filter(number="N-8").update(content="box")
        Invoice.objects.filter(number="N-8").delete()
    noted = of(notes, "clinic.Invoice", "write")
    assert noted.count == 3
    assert noted.subjects == {f"member:{clinic.ann.pk}"}


def test_refusals(clinic: Clinic, notes: Buffer) -> None:
    with as_("statistics"), pytest.raises(PurposeError):
        list(Patient.objects.values("name"))
    assert of(notes, "clinic.Patient.name", "refusal").first.decision == "not-granted"


def test_nothing_personal_nothing_noted(clinic: Clinic, notes: Buffer) -> None:
    with as_("statistics"):
        assert Topic.objects.count() == 2
        assert Invoice.objects.values_list("total", flat=True).count() == 3
    assert not notes.groups


def test_observed_statements_say_so(clinic: Clinic, notes: Buffer) -> None:
    with mode("observe"), clinic.own(clinic.ann):
        Patient.objects.filter(colour="red").exists()
    assert of(notes, "clinic.Patient").first.decision == "observed"


def test_a_request_is_written_at_its_end(clinic: Clinic) -> None:
    with purpose("authentication"):
        client = Client()
        client.force_login(clinic.ann)
    with as_("upkeep"):
        before = Inbox.objects.count() + Leaf.objects.count()
    assert client.get("/me/").content == b"ann|Ann Lee"
    with as_("upkeep"):
        assert Inbox.objects.count() + Leaf.objects.count() > before


def test_engine_at_work_for_one_person_names_that_person(clinic: Clinic, notes: Buffer) -> None:
    from upheld.context import acting_for

    with as_("rights"), acting_for(f"member:{clinic.bob.pk}"):
        assert list(Patient.objects.filter(pk=clinic.bob_patient.pk))
    assert of(notes, "clinic.Patient").subjects == {f"member:{clinic.bob.pk}"}


def test_explaining_a_query_reads_nobodys_row(clinic: Clinic, notes: Buffer) -> None:
    with as_("order_fulfilment", DISPATCH):
        assert Patient.objects.values("pk", "name").explain()
        settle_subjects()
    assert of(notes, "clinic.Patient").subjects == set()
