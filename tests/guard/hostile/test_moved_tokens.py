"""Sealed values put where they were not made for, by somebody who can write the tables."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction
from django.db.models import Case, F, Value, When

from tests.guard.conftest import Clinic, as_, stored
from tests.project.clinic.models import Address, Appointment, Invoice, Note, Patient, Topic
from upheld.errors import ForeignColumn, ForeignRow, SealedUse, SealingError
from upheld.sealing import NO_ROW_MARK, ROW_MARK, is_sealed


def put(table: str, column: str, pk: Any, value: str) -> None:
    """Write past the guard, as an attacker with the database would."""
    with connection.gate.trusting(), connection.cursor() as cursor:  # type: ignore[attr-defined]  # our backends set it
        cursor.execute(f'UPDATE "{table}" SET "{column}" = %s WHERE id = %s', [value, pk])


def names() -> list[str]:
    return [p.name for p in Patient.objects.order_by("pk")]


def bound(table: str, column: str, pk: Any) -> bool:
    """Tell whether the stored value names its row."""
    token = stored(table, column, pk)
    assert is_sealed(token)
    return bool(token[ROW_MARK] != NO_ROW_MARK)


READERS: list[Callable[[], Any]] = [
    lambda: names(),
    lambda: list(Patient.objects.values_list("pk", "name")),
    lambda: list(Patient.objects.values("name", "pk")),
    lambda: list(Patient.objects.only("name")),
    lambda: list(Patient.objects.iterator()),
    lambda: list(Appointment.objects.select_related("patient")),
    lambda: list(Topic.objects.prefetch_related("patients")),
    lambda: list(Patient.objects.all().union(Patient.objects.all())),
    lambda: list(Patient.objects.values_list("pk", "name").union(
        Patient.objects.values_list("pk", "name"), all=True)),
    lambda: Patient.objects.in_bulk(),
]  # fmt: skip


@pytest.mark.parametrize("read", READERS)
def test_another_persons_value(clinic: Clinic, read: Callable[[], Any]) -> None:
    put("clinic_patient", "name", clinic.ann_patient.pk,
        stored("clinic_patient", "name", clinic.bob_patient.pk))  # fmt: skip
    with as_("upkeep"), pytest.raises(ForeignRow):
        read()


def test_message_names_the_place_and_no_value(clinic: Clinic) -> None:
    pk = clinic.ann_patient.pk
    put("clinic_patient", "name", pk, stored("clinic_patient", "name", clinic.bob_patient.pk))
    with as_("upkeep"), pytest.raises(ForeignRow) as caught:
        names()
    assert str(caught.value) == (
        f"sealed value in `clinic.Patient.name` of row `{pk}` was made for another row"
        " (restore the value from a backup)"
    )
    assert caught.value.data == {"column": "clinic.Patient.name", "row": f"clinic_patient:{pk}"}


def test_the_same_persons_value_from_another_row(clinic: Clinic) -> None:
    with as_("upkeep"):
        first = Address.objects.get(appointments__patient=clinic.ann_patient)
        other = Address.objects.create(line1="Second Street")
        Appointment.objects.create(patient=clinic.ann_patient, address=other)
        put("clinic_address", "line1", other.pk, stored("clinic_address", "line1", first.pk))
        with pytest.raises(ForeignRow):
            list(Address.objects.all())


def test_a_value_without_a_row_is_held_to_its_person(clinic: Clinic) -> None:
    """What was sealed before rows were named, and is moved with the whole foreign key kept."""
    from upheld.keyring import sealer

    with as_("upkeep"):
        token = sealer().seal(
            "Bob Lee", column="clinic.Patient.name", subject=f"member:{clinic.bob.pk}"
        )
        put("clinic_patient", "name", clinic.bob_patient.pk, token)
        assert names() == ["Ann Lee", "Bob Lee"]
        put("clinic_patient", "name", clinic.ann_patient.pk, token)
        with pytest.raises(ForeignRow) as caught:
            names()
    assert caught.value.message.endswith("was made for another person")


OTHERS: list[Callable[[str], str]] = [
    lambda token: token[:-5],
    lambda token: token[:60],
    lambda token: token + "A",
    lambda token: "u1:",
    lambda token: "u1:" + "-" * 20 + ":",
    lambda token: "u1:hello",
    lambda token: "u2:hello",
    lambda token: "Ann Lee",
    lambda token: " ",
    lambda token: "u1:é" + token[4:],
    lambda token: token.replace("u1:", "U1:"),
    lambda token: token[:3] + "-" * 20 + token[23:],
    lambda token: token[: ROW_MARK.start] + NO_ROW_MARK + token[ROW_MARK.stop :],
    lambda token: token + "\n",
]


@pytest.mark.parametrize("change", OTHERS)
def test_altered_values(clinic: Clinic, change: Callable[[str], str]) -> None:
    pk = clinic.ann_patient.pk
    put("clinic_patient", "name", pk, change(stored("clinic_patient", "name", pk)))
    with as_("upkeep"):
        for read in READERS:
            with pytest.raises(SealingError) as caught:
                read()
            assert "Ann Lee" not in str(caught.value)
        with pytest.raises(SealingError):
            list(Patient.objects.values_list("name"))


def test_a_value_of_another_column(clinic: Clinic) -> None:
    pk = clinic.ann_patient.pk
    put("clinic_patient", "name", pk, stored("clinic_patient", "email", pk))
    with as_("upkeep"):
        for read in READERS:
            with pytest.raises(ForeignColumn):
                read()
        union = Patient.objects.values_list("name").union(
            Patient.objects.values_list("name"), all=True
        )
        with pytest.raises(ForeignColumn):
            list(union)


def test_a_union_opens_only_its_own_columns(clinic: Clinic) -> None:
    with as_("upkeep"):
        mails = Patient.objects.values_list("email").union(
            Invoice.objects.values_list("guest_email"), all=True
        )
        put("clinic_patient", "email", clinic.ann_patient.pk,
            stored("clinic_patient", "name", clinic.ann_patient.pk))  # fmt: skip
        with pytest.raises(ForeignColumn):
            list(mails)


def test_text_that_looks_sealed_is_text(clinic: Clinic) -> None:
    """Somebody types a ciphertext he has seen: it is sealed like any text, never opened."""
    seen = stored("clinic_patient", "name", clinic.bob_patient.pk)
    with clinic.own(clinic.ann):
        me = Patient.objects.get()
        me.name = me.search_text = seen
        me.save()
        Appointment.objects.filter(patient=me).update(reason=seen)
        assert Patient.objects.get().name == seen
        assert Appointment.objects.get(patient=me).reason == seen
        assert Patient.objects.filter(name=seen).exists()
        assert stored("clinic_patient", "name", me.pk) != seen
        both = Patient.objects.values_list("name").union(
            Appointment.objects.values_list("reason"), all=True
        )
        with pytest.raises(SealedUse):
            list(both)


# -- what is written names its row -----------------------------------------------------------


def test_new_rows_are_named(clinic: Clinic) -> None:
    with as_("upkeep"):
        one = Address.objects.create(line1="a", postcode="b")
        many = Address.objects.bulk_create([Address(line1="c"), Address(line1="d")])
        explicit = Address.objects.create(pk=9000, line1="e")
        user = User.objects.create_user("zed", "zed@mail.example")
        child = Note.objects.create(appointment=Appointment.objects.all()[0], text="t")
        for made in (one, *many, explicit):
            assert bound("clinic_address", "line1", made.pk)
        assert bound("auth_user", "email", user.pk)
        assert bound("clinic_note", "text", child.pk)
        assert len({one.pk, *(each.pk for each in many), explicit.pk}) == 4
        assert Address.objects.create(line1="f").pk not in {one.pk, explicit.pk}
        assert User.objects.get(pk=user.pk).email == "zed@mail.example"


def test_a_new_account_is_sealed_under_its_own_key(clinic: Clinic) -> None:
    from upheld import keyring
    from upheld.sealing import key_id_of

    with as_("authentication"):
        user = User.objects.create_user("zed", "zed@mail.example")
        key = key_id_of(stored("auth_user", "email", user.pk))
        assert key is not None
        assert keyring.owners([key]) == {key: f"member:{user.pk}"}


def test_changed_rows_are_named(clinic: Clinic) -> None:
    ann = clinic.ann_patient.pk
    with as_("upkeep"):
        patient = Patient.objects.get(pk=ann)
        patient.name = "Ann Ley"
        patient.save()
        assert bound("clinic_patient", "name", ann)
        Patient.objects.filter(pk=ann).update(email="new@mail.example")
        assert bound("clinic_patient", "email", ann)
        Patient.objects.bulk_update([patient, Patient.objects.get(user=clinic.bob)], ["name"])
        assert bound("clinic_patient", "name", ann)
        visit = Appointment.objects.get(patient=ann)
        Note.objects.create(appointment=visit, text="second")
        assert Note.objects.filter(appointment__patient=ann).update(text="same") == 2
        for note in Note.objects.filter(appointment__patient=ann):
            assert note.text == "same"
            assert bound("clinic_note", "text", note.pk)
        assert Note.objects.filter(pk=0).update(text="none") == 0
        assert Note.objects.filter(appointment__pk=0).update(text="none") == 0
    with clinic.own(clinic.ann):
        assert Note.objects.update(text="mine") == 2
        assert [n.text for n in Note.objects.all()] == ["mine", "mine"]


def test_a_key_in_the_filter_of_another_table_names_no_row(clinic: Clinic) -> None:
    with as_("upkeep"):
        visit = Appointment.objects.get(patient=clinic.bob_patient)
        assert Note.objects.filter(appointment__patient__user__pk=clinic.bob.pk).update(text="x")
        assert Note.objects.filter(appointment__id=visit.pk).update(text="y") == 1
        assert [n.text for n in Note.objects.filter(appointment=visit)] == ["y"]


def test_rows_that_change_hands_are_named(clinic: Clinic) -> None:
    with as_("upkeep"):
        guest = Invoice.objects.get(number="N-guest")
        guest.user = clinic.bob
        guest.save()
        assert bound("clinic_invoice", "guest_email", guest.pk)
        assert Invoice.objects.get(pk=guest.pk).guest_email == "guest@mail.example"


def test_a_rows_key_does_not_change(clinic: Clinic) -> None:
    with as_("upkeep"):
        for key in (77, F("pk") + 1, Value(77)):
            with pytest.raises(SealedUse), transaction.atomic():
                Patient.objects.filter(pk=clinic.ann_patient.pk).update(id=key)
        assert names() == ["Ann Lee", "Bob Lee"]


def test_a_failed_insert_leaves_the_instance_new(clinic: Clinic) -> None:
    with as_("upkeep"):
        twin = User(username="ann", email="twin@mail.example")
        with pytest.raises(IntegrityError), transaction.atomic():
            twin.save()
        assert twin.pk is None
        twin.username = "twin"
        twin.save()
        assert User.objects.get(pk=twin.pk).email == "twin@mail.example"
        ignored = Invoice(number="N-ann", user=clinic.ann, guest_email="x@mail.example")
        Invoice.objects.bulk_create([ignored], ignore_conflicts=True)
        assert ignored.pk is None
        assert Invoice.objects.get(number="N-ann").guest_email == ""


def test_copies_by_an_emptied_key(clinic: Clinic) -> None:
    with clinic.own(clinic.ann):
        mine = Address.objects.get()
        first = mine.pk
        mine.pk = None
        mine.save()
        Appointment.objects.create(patient=clinic.ann_patient, address=mine)
        assert mine.pk != first
        assert {a.line1 for a in Address.objects.all()} == {"3 Hill Road"}


def test_a_case_by_hand_keeps_its_meaning(clinic: Clinic) -> None:
    ann, bob = clinic.ann_patient.pk, clinic.bob_patient.pk
    with as_("upkeep"):
        by_hand: Any = Case(When(pk=ann, then=Value("One")), When(pk=bob, then=Value("Two")))
        Patient.objects.filter(pk__in=[ann, bob]).update(name=by_hand)
        assert names() == ["One", "Two"]
        assert Patient.objects.filter(name__icontains="two").get().pk == bob
        one: Any = Case(When(pk=ann, then=Value("Ann")))
        with pytest.raises(IntegrityError), transaction.atomic():
            Patient.objects.update(name=one)  # without a default the others would be emptied


def test_keys_come_from_the_sequence_of_the_table(clinic: Clinic) -> None:
    with as_("upkeep"):
        first = Address.objects.create(line1="a").pk
        plain = Address.objects.create(line1="").pk
        third = Address.objects.create(line1="c").pk
        assert first < plain < third
        last = Address.objects.bulk_create([Address(line1=str(n)) for n in range(700)])
        keys = [address.pk for address in last]
        assert len(set(keys)) == 700
        assert min(keys) > third
        Address.objects.all().delete()
        assert Address.objects.create(line1="z").pk > max(keys)


def test_instances_pickled_with_their_values_are_sealed_again(clinic: Clinic) -> None:
    with as_("upkeep"):
        copy = pickle.loads(pickle.dumps(Patient.objects.get(pk=clinic.ann_patient.pk)))
        copy.save()
        assert names() == ["Ann Lee", "Bob Lee"]
        assert bound("clinic_patient", "name", copy.pk)


@pytest.mark.django_db(transaction=True)
def test_keys_outside_a_transaction(clinic: Clinic) -> None:
    with as_("upkeep"):
        made = [Address.objects.create(line1=str(n)).pk for n in range(3)]
        assert made == sorted(set(made))
        with pytest.raises(IntegrityError):
            User.objects.create(username="ann", email="x@mail.example")
        assert not connection.in_atomic_block
        assert Address.objects.filter(pk__in=made).count() == 3
