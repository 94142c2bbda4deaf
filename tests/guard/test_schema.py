"""Sealed columns are text for good, indexed by their blind index."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.db.migrations.state import ModelState, ProjectState

from tests.guard.conftest import Clinic, as_, stored
from tests.project.clinic.models import Address, Invoice, Patient
from upheld.guard.indexes import index_name, prepare_sealed_columns


def test_type_of_sealed_columns() -> None:
    assert Patient._meta.get_field("name").db_type(connection) == "text"
    assert Patient._meta.get_field("email").db_type(connection) == "text"
    assert Address._meta.get_field("postcode").db_type(connection) == "text"
    assert Patient._meta.get_field("phone").db_type(connection) == "varchar(30)"
    assert Patient._meta.get_field("colour").db_type(connection) == "varchar(20)"


def test_type_in_historical_models() -> None:
    state = ProjectState()
    fields = [
        ("id", models.BigAutoField(primary_key=True)),
        ("line1", models.CharField(max_length=9)),
    ]
    state.add_model(ModelState("clinic", "Address", fields))
    field = state.apps.get_model("clinic", "Address")._meta.get_field("line1")
    assert field.db_type(connection) == "text"


def test_long_values_fit(clinic: Clinic) -> None:
    with as_("upkeep"):
        long = "9 " + "é" * 117
        address = Address.objects.create(line1=long, postcode="A" * 16)
        found = Address.objects.get(pk=address.pk)
        assert (found.line1, found.postcode) == (long, "A" * 16)
    assert len(stored("clinic_address", "postcode", address.pk)) > 100


def test_altering_a_sealed_field_keeps_it_whole(clinic: Clinic) -> None:
    with connection.gate.trusting(), connection.cursor() as cursor:
        cursor.execute("SELECT max(length(name)) FROM clinic_patient")
        length = cursor.fetchone()[0]
    old = Patient._meta.get_field("name")
    new = models.CharField(max_length=10)
    new.set_attributes_from_name("name")
    new.model = Patient
    if connection.vendor == "postgresql":
        with connection.schema_editor() as editor:
            editor.alter_field(Patient, old, new)
    assert new.db_type(connection) == "text"
    with connection.gate.trusting(), connection.cursor() as cursor:
        cursor.execute("SELECT max(length(name)) FROM clinic_patient")
        assert cursor.fetchone()[0] == length


def indexes() -> set[str]:
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, "clinic_patient")
    return set(found)


def test_lookups_have_an_index(clinic: Clinic) -> None:
    assert index_name("clinic_patient", "email") in indexes()
    assert index_name("clinic_patient", "name") in indexes()
    prepare_sealed_columns("default")  # again, without harm


def test_lookup_uses_the_index(clinic: Clinic) -> None:
    if connection.vendor == "postgresql":  # which prefers to read three rows without one
        with connection.gate.trusting(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    with as_("upkeep"):
        plan = Patient.objects.filter(email="ann@mail.example").explain()
    assert index_name("clinic_patient", "email") in plan


def test_columns_sealed_later_are_widened(clinic: Clinic) -> None:
    connection.check_constraints()
    if connection.vendor == "postgresql":
        with connection.gate.trusting(), connection.cursor() as cursor:
            cursor.execute('ALTER TABLE "clinic_address" ALTER COLUMN "line1" TYPE varchar(500)')
    prepare_sealed_columns("default")
    with connection.cursor() as cursor:
        described = connection.introspection.get_table_description(cursor, "clinic_address")
    kinds = {c.name: connection.introspection.get_field_type(c.type_code, c) for c in described}
    assert kinds["line1"] == "TextField"


def test_unique_column_stays_unique_when_sealed(clinic: Clinic) -> None:
    from dataclasses import replace

    from upheld.datamap.active import active, override
    from upheld.policy.types import Sealed

    policy = active().policy
    reference = replace(policy.data["order.reference"], sealed=Sealed("exact"))
    with override(policy=replace(policy, data={**policy.data, "order.reference": reference})):
        with as_("upkeep"):
            Invoice.objects.all().delete()
        connection.check_constraints()
        prepare_sealed_columns("default")
        with as_("upkeep"):
            Invoice.objects.create(number="N-1", user=clinic.ann)
            with pytest.raises(IntegrityError), transaction.atomic():
                Invoice.objects.create(number="N-1", user=clinic.bob)
            with pytest.raises(Exception, match="already exists"):
                Invoice(number="N-1", user=clinic.bob).full_clean()
            assert Invoice.objects.get(number="N-1").user == clinic.ann


@pytest.mark.django_db(transaction=True)
def test_index_does_not_stop_a_column_from_being_removed() -> None:
    with connection.schema_editor(collect_sql=True) as editor:
        editor.remove_field(Patient, Patient._meta.get_field("email"))
        planned = " ".join(editor.collected_sql)
    # PostgreSQL drops the index with its column, SQLite would refuse.
    name = index_name("clinic_patient", "email")
    assert (f'DROP INDEX IF EXISTS "{name}"' in planned) == (connection.vendor == "sqlite")
    assert "email" in planned
