"""Related managers, lookups of foreign and composite keys, methods of instances."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import DatabaseError, models, transaction
from django.db.models import Model
from django.db.models.fields import related_descriptors as made
from django.test.utils import isolate_apps

from tests.guard.conftest import DISPATCH, Clinic, as_
from tests.guard.ways.surface import lookups, public
from tests.guard.ways.test_querysets import wait
from tests.project.clinic.models import Appointment, Invoice, Patient, Topic
from upheld.errors import PurposeError

RELATED: dict[str, Callable[[Clinic], Any]] = {
    "add": lambda c: c.ann.invoices.add(Invoice.objects.get(number="N-bob")),
    "aadd": lambda c: wait(teeth().patients.aadd(c.bob_patient)),
    "clear": lambda c: c.bob_patient.topics.clear(),
    "aclear": lambda c: wait(c.bob_patient.topics.aclear()),
    "create": lambda c: c.bob.invoices.create(number="N-new"),
    "acreate": lambda c: wait(c.bob.invoices.acreate(number="N-new")),
    "get_or_create": lambda c: c.bob.invoices.get_or_create(number="N-new"),
    "aget_or_create": lambda c: wait(c.bob.invoices.aget_or_create(number="N-new")),
    "update_or_create": lambda c: c.bob.invoices.update_or_create(
        number="N-bob", defaults={"content": "x"}),
    "aupdate_or_create": lambda c: wait(c.bob.invoices.aupdate_or_create(
        number="N-bob", defaults={"content": "x"})),
    "remove": lambda c: c.bob.invoices.remove(Invoice.objects.get(number="N-bob")),
    "aremove": lambda c: wait(teeth().patients.aremove(c.bob_patient)),
    "set": lambda c: c.bob.invoices.set([]),
    "aset": lambda c: wait(c.bob_patient.topics.aset([])),
    "get_queryset": lambda c: list(c.bob.invoices.get_queryset()),
    "get_prefetch_querysets": lambda c: [p for t in Topic.objects.prefetch_related("patients")
                                         for p in t.patients.all() if p.pk == c.bob_patient.pk],
    "get_prefetch_queryset": lambda c: [p for p in models.prefetch_related_objects(
        [teeth()], "patients") or teeth().patients.all() if p.pk == c.bob_patient.pk],
    "count": lambda c: c.bob_patient.topics.count() or teeth().patients.count() - 1,
    "exists": lambda c: c.bob_patient.topics.exists(),
    "constrained_target": lambda c: teeth().patients.filter(pk=c.bob_patient.pk).exists(),
    "get_prefetch_cache": lambda c: list(c.bob_patient.topics.prefetch_related("patients")),
    "through": lambda c: list(Patient.topics.through.objects.filter(patient=c.bob_patient)),
}  # fmt: skip
INSTANCE: dict[str, Callable[[Clinic], Any]] = {
    "adelete": lambda c: wait(c.bob_patient.adelete())[0],
    "arefresh_from_db": lambda c: wait(c.bob_patient.arefresh_from_db()) or c.bob_patient.pk,
    "asave": lambda c: wait(c.bob_patient.asave(update_fields=["colour"])),
    "clean_fields": lambda c: Appointment(patient=c.bob_patient).clean_fields(),
    "delete": lambda c: c.bob_patient.delete()[0],
    "full_clean": lambda c: Appointment(patient=c.bob_patient).full_clean(),
    "prepare_database_save": lambda c: list(Invoice.objects.filter(user=c.bob)),
    "refresh_from_db": lambda c: c.bob_patient.refresh_from_db() or c.bob_patient.pk,
    "save": lambda c: c.bob_patient.save(update_fields=["colour"]),
    "save_base": lambda c: c.bob_patient.save_base(update_fields=["colour"]),
    "serializable_value": lambda c: late(c).serializable_value("phone"),
    "validate_constraints": lambda c: Invoice(number="N-bob").validate_constraints(),
}
KNOWN_TO_ANYBODY = {
    "validate_unique": "tells that a value is taken: see the threat model",
    "unique_error_message": "a text",
    "date_error_message": "a text",
}
NO_QUERY = {
    "check": "looks at declarations",
    "clean": "a hook that does nothing",
    "from_db": "makes an instance of what was read",
    "get_constraints": "looks at declarations",
    "get_deferred_fields": "names of what was not read",
    "pk": "the key",
}


def teeth() -> Topic:
    return Topic.objects.get(title="Teeth")


def late(c: Clinic) -> Patient:
    """Ann's row without the phone, as dispatch does not read it."""
    return Patient.objects.only("pk").get(pk=c.ann_patient.pk)


def related_manager_methods() -> set[str]:
    """What managers of relations add to a manager of a model."""
    managers = (
        made.create_reverse_many_to_one_manager(models.Manager, Invoice.user.field.remote_field),
        made.create_forward_many_to_many_manager(models.Manager, Patient.topics.rel, reverse=False),
    )
    own = {name for manager in managers for name in vars(manager) if not name.startswith("_")}
    return own - {"do_not_call_in_templates"}


def test_nothing_of_django_is_forgotten() -> None:
    assert (
        related_manager_methods() - set(RELATED) - {"through", "do_not_call_in_templates"} == set()
    )
    known = set(INSTANCE) | set(KNOWN_TO_ANYBODY) | set(NO_QUERY)
    assert public(Model) - known == set()


def changed(clinic: Clinic) -> list[Any]:
    with as_("upkeep"):
        return [
            Patient.objects.get(user=clinic.bob).colour,
            list(
                Patient.topics.through.objects.values_list("patient_id", flat=True).order_by("pk")
            ),
            list(Invoice.objects.order_by("number").values_list("number", "user_id", "content")),
        ]


@pytest.mark.parametrize("name", sorted([*RELATED, *INSTANCE]))
def test_rows_of_bob_stay_bobs(clinic: Clinic, name: str) -> None:
    before = changed(clinic)
    with clinic.own(clinic.ann):
        try:
            with transaction.atomic():
                found = {**RELATED, **INSTANCE}[name](clinic)
        except Exception as error:
            # Refused, or Django did not find the row.
            assert isinstance(error, PurposeError | ObjectDoesNotExist | ValidationError) or (
                type(error) is DatabaseError
            )
            found = None
        assert name in ("serializable_value",) or not found
    assert changed(clinic) == before


@pytest.mark.parametrize("name", ["refresh_from_db", "serializable_value", "arefresh_from_db"])
def test_withheld_columns_are_not_loaded_later(clinic: Clinic, name: str) -> None:
    asks: dict[str, Callable[[Patient], Any]] = {
        "refresh_from_db": lambda p: p.refresh_from_db(fields=["email"]),
        "arefresh_from_db": lambda p: wait(p.arefresh_from_db(fields=["email"])),
        "serializable_value": lambda p: p.serializable_value("email"),
    }
    with as_("order_fulfilment", DISPATCH):
        patient = Patient.objects.get(pk=clinic.ann_patient.pk)
        with pytest.raises(PurposeError):
            asks[name](patient)
        assert "email" not in patient.__dict__


KEYS = ("exact", "in", "gt", "gte", "lt", "lte", "isnull")


@pytest.mark.parametrize("name", KEYS)
def test_foreign_keys_reach_permitted_rows_alone(clinic: Clinic, name: str) -> None:
    pk = clinic.bob.pk
    given = {"in": [pk], "isnull": False, "gt": pk - 1, "lt": pk + 1}.get(name, pk)
    asks = [{f"user__{name}": given}, {f"referrals__user__{name}": given},
            {f"appointments__patient__user__{name}": given}]  # fmt: skip
    with clinic.own(clinic.ann):
        for ask in asks:
            found = set(Patient.objects.filter(**ask).values_list("pk", flat=True))
            assert found <= {clinic.ann_patient.pk}
        assert User.objects.filter(**{f"patient__user__{name}": given}).exclude(
            pk=clinic.ann.pk).count() == 0  # fmt: skip


def test_no_lookup_of_a_key_is_forgotten() -> None:
    ours = {name for name in lookups() if name.startswith("fields.related_lookups.")}
    named = {lookup.rpartition(".")[2] for lookup in ours}
    registered = {cls.__name__ for cls in models.ForeignKey.get_lookups().values()}
    assert named - registered == set()
    assert set(models.ForeignKey.class_lookups) == set(KEYS)
    assert set(models.CompositePrimaryKey.class_lookups) == set(KEYS)


@pytest.mark.parametrize("name", KEYS)
@isolate_apps("tests.project.clinic")
def test_columns_of_a_composite_key_are_decided(db: None, name: str) -> None:
    class Doubled(models.Model):
        pk = models.CompositePrimaryKey("id", "phone")
        id = models.IntegerField()
        phone = models.CharField(max_length=30)

        class Meta:
            app_label = "clinic"
            db_table = "clinic_patient"

    key = (1, "12345")
    given = {"in": [key], "isnull": False}.get(name, key)
    with as_("statistics"):
        if name != "isnull":  # Django answers it without the columns
            with pytest.raises(PurposeError):
                list(Doubled.objects.filter(**{f"pk__{name}": given}).values("id"))
        with pytest.raises(PurposeError):
            list(Doubled.objects.order_by("pk").values("id"))
        with pytest.raises(PurposeError):
            list(Doubled.objects.values_list("pk"))
