"""Sealed columns through the ORM: what works, and what is refused instead of wrong."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import Count, F, Max, OuterRef, Q, Subquery, Value
from django.db.models.functions import Concat, Lower, Upper

from tests.guard.conftest import Clinic, as_, stored
from tests.project.clinic.models import Address, Appointment, Invoice, Note, Patient, Topic
from upheld.errors import SealedUse, SealingError
from upheld.sealing import is_sealed

SEALED = pytest.raises(SealedUse)


def test_stored_as_ciphertext_and_read_back(clinic: Clinic) -> None:
    for table, column, pk in (
        ("clinic_patient", "name", clinic.ann_patient.pk),
        ("clinic_patient", "email", clinic.ann_patient.pk),
        ("auth_user", "email", clinic.ann.pk),
        ("auth_user", "first_name", clinic.ann.pk),
    ):
        assert is_sealed(stored(table, column, pk))
    with as_("upkeep"):
        assert User.objects.get(pk=clinic.ann.pk).email == "ann@mail.example"
        assert Patient.objects.values_list("name", flat=True).get(email="ann@mail.example") == (
            "Ann Lee"
        )
        assert Patient.objects.annotate(n=F("name")).first().n == "Ann Lee"
        assert Note.objects.select_related("appointment__patient").first().appointment.patient.name
        assert {p.name for p in Patient.objects.iterator()} == {"Ann Lee", "Bob Lee"}
        (topic,) = Topic.objects.filter(title="Teeth").prefetch_related("patients")
        assert {p.name for p in topic.patients.all()} == {"Ann Lee", "Bob Lee"}
        assert Patient.objects.only("name").first().name == "Ann Lee"
        assert Patient.objects.defer("name").first().name == "Ann Lee"
        assert Invoice.objects.select_related("user").get(number="N-ann").user.last_name == "Lee"


def test_equality(clinic: Clinic) -> None:
    with as_("upkeep"):
        assert User.objects.get(email="ann@mail.example") == clinic.ann
        assert User.objects.get(email__iexact="ANN@mail.example") == clinic.ann
        assert User.objects.filter(email__in=["ann@mail.example", "bob@mail.example"]).count() == 2
        assert User.objects.filter(email__in=[]).count() == 0
        assert User.objects.filter(email__in=["", "ann@mail.example"]).count() == 1
        assert User.objects.exclude(email="ann@mail.example").get() == clinic.bob
        assert User.objects.filter(Q(email="no@mail.example") | Q(email="bob@mail.example")).get()
        assert Invoice.objects.get(user__email="bob@mail.example").number == "N-bob"
        assert Invoice.objects.filter(guest_email="").count() == 2
        assert Invoice.objects.exclude(guest_email="").get().number == "N-guest"
        assert Invoice.objects.filter(guest_email__isnull=True).count() == 0
        assert Invoice.objects.filter(guest_email__isnull=False).count() == 3


def test_columns_of_one_scope_can_be_joined(clinic: Clinic) -> None:
    with as_("upkeep"):
        assert Patient.objects.filter(email=F("user__email")).count() == 2
        Invoice.objects.filter(number="N-ann").update(guest_email="ann@mail.example")
        assert Invoice.objects.filter(guest_email=F("user__email")).get().number == "N-ann"
        with SEALED:
            Patient.objects.filter(email=F("name")).exists()


def test_words(clinic: Clinic) -> None:
    with as_("upkeep"):
        assert Patient.objects.filter(name__icontains="ann").get() == clinic.ann_patient
        assert Patient.objects.filter(name__icontains="lee").count() == 2
        assert Patient.objects.filter(name__contains="Lee Bob").get() == clinic.bob_patient
        assert Patient.objects.filter(name__icontains="le").count() == 0
        assert Patient.objects.exclude(name__icontains="ann").get() == clinic.bob_patient
        assert Topic.objects.filter(patients__name__icontains="ann").count() == 1
        clinic.ann_patient.name = "Eve Lee"
        clinic.ann_patient.save()
        assert not Patient.objects.filter(name__icontains="ann").exists()
        assert Patient.objects.filter(name__icontains="eve").exists()
        Patient.objects.filter(pk=clinic.ann_patient.pk).update(name="Zoe Lee")
        assert Patient.objects.get(name__icontains="zoe") == clinic.ann_patient
        clinic.ann_patient.name = "Bulk Lee"
        Patient.objects.bulk_update([clinic.ann_patient], ["name"])
        assert Patient.objects.get(name__icontains="bulk") == clinic.ann_patient
        clinic.ann_patient.delete()
        assert not Patient.objects.filter(name__icontains="bulk").exists()


@pytest.mark.parametrize(
    "ask",
    [
        lambda: list(Patient.objects.annotate(x=Lower("email"))),
        lambda: list(Patient.objects.annotate(x=Upper("name"))),
        lambda: list(Patient.objects.annotate(x=Concat("name", Value("!")))),
        lambda: Patient.objects.aggregate(x=Max("email")),
        lambda: Patient.objects.aggregate(x=Count("email", distinct=True)),
        lambda: Patient.objects.all()[:2].aggregate(x=Max("email")),
        lambda: list(Patient.objects.order_by("name")),
        lambda: list(Patient.objects.order_by("-user__email")),
        lambda: list(Patient.objects.values("name").order_by("name")),
        lambda: list(Patient.objects.annotate(n=F("name")).order_by("n")),
        lambda: list(Patient.objects.values("email").distinct()),
        lambda: Patient.objects.values("email").distinct().count(),
        lambda: list(Patient.objects.values("email").annotate(n=Count("pk"))),
        lambda: list(Patient.objects.values("email").annotate(n=Count("pk")).values("n")),
        lambda: list(Patient.objects.values("email").union(Invoice.objects.values("guest_email"))),
        lambda: list(Topic.objects.values("title").union(Patient.objects.values("name"))),
        lambda: list(Patient.objects.filter(email__gt="a")),
        lambda: list(Patient.objects.filter(email__icontains="ann")),
        lambda: list(Patient.objects.filter(email__startswith="ann")),
        lambda: list(Patient.objects.filter(name__regex="A.*")),
        lambda: list(Patient.objects.filter(name__lower="ann")),
        lambda: list(Patient.objects.filter(email__in=User.objects.values("email"))),
        lambda: list(Address.objects.filter(line1="3 Hill Road")),
        lambda: list(Note.objects.filter(text__contains="note")),
        lambda: list(
            Invoice.objects.annotate(
                e=Subquery(User.objects.filter(pk=OuterRef("user")).values("email")[:1])
            )
        ),
        lambda: list(Patient.objects.annotate(n=Count("email"))),
        lambda: Patient.objects.update(name=Concat("name", Value("x"))),
        lambda: Patient.objects.update(name=F("email")),
        lambda: list(Patient.objects.extra(where=["name = 'Ann Lee'"])),
        lambda: list(Patient.objects.extra(select={"n": "name"})),
    ],
)
def test_refused_rather_than_wrong(clinic: Clinic, ask: Callable[[], object]) -> None:
    from django.core.exceptions import FieldError

    from upheld.errors import PurposeError

    with as_("upkeep"), pytest.raises((PurposeError, FieldError)), transaction.atomic():
        ask()


def test_what_keeps_rows_apart_is_right(clinic: Clinic) -> None:
    with as_("upkeep"):
        assert Patient.objects.distinct().count() == 2
        assert len(Patient.objects.values("pk", "email").distinct()) == 2
        assert len(Patient.objects.annotate(n=Count("appointments"))) == 2
        assert len(Patient.objects.all().union(Patient.objects.all())) == 2
        both = Patient.objects.values_list("email").union(
            Invoice.objects.values_list("guest_email"), all=True
        )
        assert sorted(e for (e,) in both) == [
            "", "", "ann@mail.example", "bob@mail.example", "guest@mail.example"
        ]  # fmt: skip
        assert Patient.objects.all()[:1].count() == 1


def test_message(clinic: Clinic) -> None:
    with as_("upkeep"), pytest.raises(SealedUse) as caught:
        list(Patient.objects.order_by("name"))
    assert str(caught.value) == (
        "`clinic.Patient.name` is sealed: it can only be compared with a value (it answers"
        " `exact`, `iexact`, `in`, `isnull`, the empty text and whole words)"
    )


def test_updates_seal(clinic: Clinic) -> None:
    with as_("upkeep"):
        Patient.objects.filter(pk=clinic.ann_patient.pk).update(email="new@mail.example")
        assert is_sealed(stored("clinic_patient", "email", clinic.ann_patient.pk))
        assert Patient.objects.get(email="NEW@mail.example") == clinic.ann_patient
        patients = list(Patient.objects.order_by("pk"))
        for patient in patients:
            patient.email = f"{patient.pk}@mail.example"
        Patient.objects.bulk_update(patients, ["email"])
        for patient in patients:
            assert is_sealed(stored("clinic_patient", "email", patient.pk))
            assert Patient.objects.get(email=f"{patient.pk}@mail.example") == patient
        Patient.objects.update(email="")
        assert Patient.objects.filter(email="").count() == 2


def test_one_value_for_several_people_is_sealed_for_each(clinic: Clinic) -> None:
    pks = (clinic.ann_patient.pk, clinic.bob_patient.pk)
    with as_("upkeep"):
        assert Patient.objects.update(name="One Name", email="one@mail.example") == 2
        assert set(Patient.objects.values_list("name", "email")) == {
            ("One Name", "one@mail.example")
        }
        assert Patient.objects.filter(name__icontains="one").count() == 2
        assert not Patient.objects.filter(name__icontains="lee").exists()
    owners = {owner_of_key(stored("clinic_patient", "name", pk)) for pk in pks}
    assert owners == {f"member:{clinic.ann.pk}", f"member:{clinic.bob.pk}"}
    assert len({stored("clinic_patient", "name", pk) for pk in pks}) == 2


def test_rows_without_a_person_are_set_beside_those_with_one(clinic: Clinic) -> None:
    with as_("upkeep"):
        lost = Address.objects.create(line1="9 Lost Road", postcode="XX1")
        assert Address.objects.update(line1="1 New Road") == 3
        assert set(Address.objects.values_list("line1", flat=True)) == {"1 New Road"}
        pks = list(Address.objects.values_list("pk", flat=True))
    owners = {owner_of_key(stored("clinic_address", "line1", pk)) for pk in pks}
    assert owners == {f"member:{clinic.ann.pk}", f"member:{clinic.bob.pk}", None}
    assert lost.line1 == "9 Lost Road"


def test_more_rows_than_one_statement_can_seal(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("upheld.guard.update._COMPARED", 1)
    with as_("upkeep"), pytest.raises(SealedUse) as refused, transaction.atomic():
        Patient.objects.update(name="One Name")
    assert str(refused.value) == (
        "`clinic.Patient.name` is sealed: one statement cannot set it in more than 1 rows;"
        " set it in smaller parts, or with `bulk_update` (it answers `exact`, `iexact`, `in`,"
        " `isnull`, the empty text and whole words)"
    )
    with as_("upkeep"):
        assert not Patient.objects.filter(name="One Name").exists()


def test_bulk_create_seals_for_each_subject(clinic: Clinic) -> None:
    with as_("upkeep"):
        users = User.objects.bulk_create([User(username=f"u{i}") for i in range(4)])
        users = list(User.objects.filter(username__startswith="u").order_by("pk"))
        made = Patient.objects.bulk_create(
            [
                Patient(user=user, name=f"P {user.pk}", email=f"{user.pk}@m.example")
                for user in users
            ]
        )
        assert Patient.objects.filter(name__icontains="p").count() == 4
        assert Patient.objects.get(email=f"{users[2].pk}@m.example").name == f"P {users[2].pk}"
    owners = {owner_of_key(stored("clinic_patient", "name", p.pk)) for p in made if p.pk}
    assert owners == {f"member:{user.pk}" for user in users}


def owner_of_key(token: str) -> str | None:
    from upheld.keyring.models import SubjectKey
    from upheld.sealing import key_id_of

    key_id = key_id_of(token)
    assert key_id is not None
    with as_("upkeep"):
        return SubjectKey.objects.get(pk=key_id.hex()).subject


def test_key_of_a_new_user_is_adopted(clinic: Clinic) -> None:
    assert owner_of_key(stored("auth_user", "email", clinic.ann.pk)) == f"member:{clinic.ann.pk}"


def test_shared_row_is_adopted_when_it_is_linked(clinic: Clinic) -> None:
    with as_("upkeep"):
        address = Address.objects.create(line1="9 Mill Lane")
    assert owner_of_key(stored("clinic_address", "line1", address.pk)) is None
    with as_("upkeep"):
        Appointment.objects.create(patient=clinic.ann_patient, address=address)
    token = stored("clinic_address", "line1", address.pk)
    assert owner_of_key(token) == f"member:{clinic.ann.pk}"


def test_own_rows_are_sealed_for_the_person_acting(clinic: Clinic) -> None:
    with clinic.own(clinic.bob):
        address = Address.objects.create(line1="9 Mill Lane")
    token = stored("clinic_address", "line1", address.pk)
    assert owner_of_key(token) == f"member:{clinic.bob.pk}"


def test_guest_is_the_subject_of_his_invoice(clinic: Clinic) -> None:
    with as_("upkeep"):
        pk = Invoice.objects.get(number="N-guest").pk
    owner = owner_of_key(stored("clinic_invoice", "guest_email", pk))
    assert owner is not None and owner.startswith("guest:")


def test_swapped_ciphertext_is_refused(clinic: Clinic) -> None:
    token = stored("auth_user", "first_name", clinic.ann.pk)
    with connection.gate.trusting(), connection.cursor() as cursor:
        cursor.execute("UPDATE auth_user SET email = %s WHERE id = %s", [token, clinic.ann.pk])
    with as_("upkeep"), pytest.raises(SealingError):
        User.objects.get(pk=clinic.ann.pk)


def test_ciphertext_of_another_person_is_refused(clinic: Clinic) -> None:
    token = stored("auth_user", "email", clinic.ann.pk)
    with connection.gate.trusting(), connection.cursor() as cursor:
        cursor.execute("UPDATE auth_user SET email = %s WHERE id = %s", ["", clinic.ann.pk])
        cursor.execute("UPDATE auth_user SET email = %s WHERE id = %s", [token, clinic.bob.pk])
    with as_("upkeep"), pytest.raises(SealingError):
        list(User.objects.filter(pk=clinic.bob.pk))
    with clinic.own(clinic.bob), pytest.raises(SealingError):
        User.objects.get()


def test_clear_text_in_a_sealed_column_is_refused(clinic: Clinic) -> None:
    with connection.gate.trusting(), connection.cursor() as cursor:
        cursor.execute("UPDATE auth_user SET email = 'a@b.example' WHERE id = %s", [clinic.ann.pk])
    with as_("upkeep"), pytest.raises(SealingError):
        User.objects.get(pk=clinic.ann.pk)


def test_unique_check_of_a_form(clinic: Clinic) -> None:
    from django.forms import modelform_factory

    form_class = modelform_factory(Patient, fields=["email", "name"])
    with as_("upkeep"):
        form = form_class({"email": "x@mail.example", "name": "A"}, instance=clinic.ann_patient)
        assert form.is_valid()
        form.save()
        assert Patient.objects.get(email="x@mail.example") == clinic.ann_patient


def test_row_that_changes_hands_is_sealed_anew(clinic: Clinic) -> None:
    with as_("upkeep"):
        guests = Invoice.objects.get(number="N-guest")
        Invoice.objects.filter(pk=guests.pk).update(user=clinic.ann)
        again = Invoice.objects.get(pk=guests.pk)
        assert again.guest_email == "guest@mail.example"
    owner = owner_of_key(stored("clinic_invoice", "guest_email", guests.pk))
    assert owner == f"member:{clinic.ann.pk}"
    with as_("upkeep"):
        again.user = clinic.bob
        again.save()
        assert Invoice.objects.get(pk=guests.pk).guest_email == "guest@mail.example"
    owner = owner_of_key(stored("clinic_invoice", "guest_email", guests.pk))
    assert owner == f"member:{clinic.bob.pk}"


def test_row_that_two_people_share_stays_readable(clinic: Clinic) -> None:
    with as_("upkeep"):
        shared = Appointment.objects.get(patient=clinic.ann_patient).address
        Appointment.objects.filter(patient=clinic.bob_patient).update(address=shared)
    with clinic.own(clinic.bob):
        Address.objects.filter(pk=shared.pk).update(postcode="ZZ9")
    with clinic.own(clinic.ann):
        assert Address.objects.get(pk=shared.pk).postcode == "ZZ9"
        assert Address.objects.get(pk=shared.pk).line1 == "3 Hill Road"


def test_value_kept_beyond_its_persons_key_is_readable(clinic: Clinic) -> None:
    from upheld.guard.sealing import sealed_for

    with as_("upkeep"):
        with sealed_for("held:tax"):
            Patient.objects.filter(pk=clinic.bob_patient.pk).update(name="Kept")
        assert Patient.objects.get(pk=clinic.bob_patient.pk).name == "Kept"
    assert owner_of_key(stored("clinic_patient", "name", clinic.bob_patient.pk)) == "held:tax"
