"""Stored values brought into today's form, whatever stops the work in between."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import OperationalError, connection

from tests.guard.conftest import Clinic, as_, stored
from tests.project.clinic.models import Invoice, Patient
from upheld.datamap.active import active, override
from upheld.errors import SealingError
from upheld.guard.converting import Converted, convert
from upheld.keyring import sealer
from upheld.policy.mapfile import MapFile
from upheld.policy.types import Policy
from upheld.sealing import is_sealed


def lay(table: str, column: str, pk: int, text: str) -> None:
    """Put a text into the database past the guard."""
    with connection.gate.trusting(), connection.cursor() as cursor:
        cursor.execute(f'UPDATE "{table}" SET "{column}" = %s WHERE id = %s', [text, pk])


@pytest.fixture
def clear(clinic: Clinic) -> Clinic:
    """Names and addresses lie in clear, as before the policy sealed them."""
    for person, name in ((clinic.ann_patient, "Ann Lee"), (clinic.bob_patient, "Bob Lee")):
        lay("clinic_patient", "name", person.pk, name)
        lay("clinic_patient", "email", person.pk, f"{name[:3].lower()}@mail.example")
    with as_("upkeep"):
        guests = Invoice.objects.get(number="N-guest").pk
        with connection.gate.trusting(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM upheld_wordtoken")
    lay("clinic_invoice", "guest_email", guests, "guest@mail.example")
    return clinic


def check_read(clinic: Clinic) -> None:
    with as_("upkeep"):
        assert [p.name for p in Patient.objects.order_by("pk")] == ["Ann Lee", "Bob Lee"]
        assert Patient.objects.get(email="BOB@mail.example").pk == clinic.bob_patient.pk
        assert Patient.objects.get(name__icontains="ann").pk == clinic.ann_patient.pk
        assert Invoice.objects.get(guest_email="guest@mail.example").number == "N-guest"
    with clinic.own(clinic.bob):
        assert Patient.objects.get().name == "Bob Lee"


def test_clear_text_is_sealed(clear: Clinic) -> None:
    with as_("upkeep"), pytest.raises(SealingError):
        list(Patient.objects.all())
    assert convert() == [
        Converted("clinic.Patient.name", sealed=2),
        Converted("clinic.Patient.email", sealed=2),
        Converted("clinic.Invoice.guest_email", sealed=1),
    ]
    assert is_sealed(stored("clinic_patient", "name", clear.ann_patient.pk))
    check_read(clear)
    assert convert() == []


def test_checking_changes_nothing(clear: Clinic) -> None:
    out = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("upheld", "seal", "--check", stdout=out)
    assert ended.value.code == 1
    assert out.getvalue() == (
        "clinic.Patient.name: 2 to seal\n"
        "clinic.Patient.email: 2 to seal\n"
        "clinic.Invoice.guest_email: 1 to seal\n"
    )
    assert stored("clinic_patient", "name", clear.ann_patient.pk) == "Ann Lee"


def test_the_command(clear: Clinic) -> None:
    out = io.StringIO()
    call_command("upheld", "seal", "--json", stdout=out)
    assert json.loads(out.getvalue())[0]["sealed"] == 2
    out = io.StringIO()
    call_command("upheld", "seal", stdout=out)
    assert out.getvalue() == "every value is in the form that map and policy ask for\n"


class Killed(BaseException):
    """Nothing in the work catches it."""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_run_that_was_killed_is_started_again(clear: Clinic, at: int) -> None:
    left = at

    def step(name: str) -> None:
        nonlocal left
        left -= 1
        if not left:
            raise Killed

    with pytest.raises(Killed):
        convert(slice_size=1, step=step)
    done = convert(slice_size=1)
    assert sum(column.sealed for column in done) == 5 - {1: 0, 2: 2, 3: 4}[at]
    check_read(clear)
    assert convert() == []


def test_a_busy_database_is_asked_again(clear: Clinic) -> None:
    refused = 2

    def step(name: str) -> None:
        nonlocal refused
        refused -= 1
        if refused >= 0:
            raise OperationalError("database is locked")

    done = convert(step=step)
    assert [column.sealed for column in done] == [2, 2, 1]
    check_read(clear)


def test_what_is_written_meanwhile_stays(clear: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    from upheld.guard import converting

    def renamed(self: Any, column: Any, key: Any, text: str) -> str:
        lay("clinic_patient", "name", clear.ann_patient.pk, "Ann Smith")
        return text

    monkeypatch.setattr(converting._Work, "_plain", renamed)
    convert()
    monkeypatch.undo()
    assert stored("clinic_patient", "name", clear.ann_patient.pk) == "Ann Smith"
    convert()
    with as_("upkeep"):
        assert Patient.objects.get(pk=clear.ann_patient.pk).name == "Ann Smith"


def with_former_names() -> MapFile:
    """The map of a project whose model was `clinic.Client` with a field `title`."""
    now = active().datamap.source
    patient = now.models["clinic.Patient"]
    columns = {**patient.columns, "name": replace(patient.columns["name"], formerly=("title",))}
    models = {**now.models}
    models["clinic.Patient"] = replace(patient, columns=columns, formerly=("clinic.Client",))
    return replace(now, models=models)


def sealed_formerly(clinic: Clinic, text: str, column: str, row: str) -> str:
    scope = active().datamap.labelled("clinic.Patient.name").blind_scope  # type: ignore[union-attr]  # it is there
    return sealer().seal(text, column=column, subject=f"member:{clinic.ann.pk}", row=row,
                         scope=scope)  # fmt: skip


def test_a_renamed_model_and_field(clinic: Clinic) -> None:
    pk = clinic.ann_patient.pk
    with as_("upkeep"):
        old = sealed_formerly(clinic, "Ann Old", "clinic.Client.title", f"clinic_client:{pk}")
    lay("clinic_patient", "name", pk, old)
    with as_("upkeep"), pytest.raises(SealingError):
        Patient.objects.get(pk=pk)
    assert convert() == [Converted("clinic.Patient.name", left=1)]
    with override(mapfile=with_former_names()):
        assert convert() == [Converted("clinic.Patient.name", renewed=1)]
        assert convert() == []
    with as_("upkeep"):
        assert Patient.objects.get(pk=pk).name == "Ann Old"
        assert Patient.objects.get(name__icontains="old").pk == pk


def test_a_value_of_another_row_is_not_adopted(clinic: Clinic) -> None:
    pk = clinic.ann_patient.pk
    with as_("upkeep"):
        old = sealed_formerly(clinic, "Ann Old", "clinic.Client.title", "clinic_client:999")
    lay("clinic_patient", "name", pk, old)
    with override(mapfile=with_former_names()):
        assert convert() == [Converted("clinic.Patient.name", left=1)]
    assert stored("clinic_patient", "name", pk) == old


def changed(category: str, **sealing: Any) -> Policy:
    policy = active().policy
    rule = policy.data[category]
    sealed = None if not sealing else replace(rule.sealed, **sealing)  # type: ignore[type-var]  # it is sealed
    return replace(policy, data={**policy.data, category: replace(rule, sealed=sealed)})


def test_a_category_that_can_be_looked_up_from_now_on(clinic: Clinic) -> None:
    from tests.project.clinic.models import Address

    with override(policy=changed("address.delivery", lookup="exact")):
        done = {column.label: column.renewed for column in convert()}
        assert done == {"clinic.Address.line1": 2, "clinic.Address.postcode": 2}
        with as_("upkeep"):
            assert Address.objects.filter(postcode="ab1").count() == 2
        assert convert() == []
    done = {column.label: column.renewed for column in convert()}
    assert done == {"clinic.Address.line1": 2, "clinic.Address.postcode": 2}


def test_a_category_that_is_no_longer_sealed(clinic: Clinic) -> None:
    with override(policy=changed("contact.email")):
        done = {column.label: column.opened for column in convert()}
        assert done["auth.User.email"] == 2
        assert stored("auth_user", "email", clinic.ann.pk) == "ann@mail.example"
        with as_("upkeep"):
            assert User.objects.get(email="ann@mail.example").pk == clinic.ann.pk
    convert()
    assert is_sealed(stored("auth_user", "email", clinic.ann.pk))


def test_destroyed_and_changed_values_are_left(clear: Clinic) -> None:
    from upheld import keyring

    convert()
    keyring.destroy(f"member:{clear.ann.pk}")
    token = stored("clinic_patient", "name", clear.bob_patient.pk)
    lay("clinic_patient", "name", clear.bob_patient.pk, token[:30] + "AAAA" + token[34:])
    with override(mapfile=with_former_names()):
        lefts = {column.label: column.left for column in convert()}
    assert lefts["clinic.Patient.name"] == 1
