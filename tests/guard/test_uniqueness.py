"""Whether a value is taken is answered truthfully; whose it is, and anything else, is not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q

from tests.guard.conftest import Clinic, as_
from tests.project.clinic.models import Invoice, Patient
from upheld.datamap.active import active, override
from upheld.errors import PurposeError
from upheld.guard import uniqueness
from upheld.policy.extend import loads_map


@pytest.fixture(autouse=True)
def _afresh() -> Iterator[None]:
    uniqueness._asked.clear()
    yield
    uniqueness._asked.clear()


class InvoiceForm(forms.ModelForm):
    class Meta:
        model = Invoice
        fields = ("number", "user", "content")


def test_a_form_says_that_the_value_is_taken(clinic: Clinic) -> None:
    with clinic.own(clinic.ann):
        for number, good in (("N-bob", False), ("N-ann", False), ("N-free", True)):
            form = InvoiceForm({"number": number, "user": clinic.ann.pk})
            assert form.is_valid() is good
        own = Invoice.objects.get()
        form = InvoiceForm({"number": "N-bob", "user": clinic.ann.pk}, instance=own)
        assert form.errors == {"number": ["Invoice with this Number already exists."]}
        form = InvoiceForm({"number": "N-ann", "user": clinic.ann.pk}, instance=own)
        assert form.is_valid()


def test_full_clean_says_so_too(clinic: Clinic) -> None:
    with clinic.own(clinic.ann), pytest.raises(ValidationError):
        Invoice(number="N-bob", user=clinic.ann).full_clean()


def test_the_answer_is_that_of_the_constraint(clinic: Clinic) -> None:
    with clinic.own(clinic.ann):
        for number in ("N-bob", "N-free"):
            taken = Invoice.objects.filter(number=number).exists()
            try:
                with transaction.atomic():
                    Invoice.objects.create(number=number, user=clinic.ann)
            except IntegrityError:
                assert taken
            else:
                assert not taken


@pytest.mark.parametrize(
    "ask",
    [
        lambda bob: Invoice.objects.filter(number="N-bob", content="glasses").exists(),
        lambda bob: Invoice.objects.filter(number="N-bob", user=bob).exists(),
        lambda bob: Invoice.objects.filter(number="N-bob", total__gt=0).exists(),
        lambda bob: Invoice.objects.filter(number="N-bob", pk__gt=0).exists(),
        lambda bob: Invoice.objects.filter(number__startswith="N-b").exists(),
        lambda bob: Invoice.objects.filter(number__in=["N-bob"]).exists(),
        lambda bob: Invoice.objects.filter(Q(number="N-bob") | Q(number="N-x")).exists(),
        lambda bob: Invoice.objects.exclude(number="N-x").exclude(number="N-ann").exists(),
        lambda bob: Invoice.objects.filter(number="N-bob").count(),
        lambda bob: Invoice.objects.filter(number="N-bob").first(),
        lambda bob: Invoice.objects.filter(number="N-bob").values_list("pk")[:1],
        lambda bob: Invoice.objects.filter(user__username="bob").exists(),
        lambda bob: Invoice.objects.filter(content="glasses").exclude(user=bob - 1).exists(),
        lambda bob: User.objects.filter(email="bob@mail.example").exists(),
        lambda bob: Patient.objects.filter(pk__gt=0, user=bob).exists(),
    ],
)
def test_no_other_question_is_answered_over_all_rows(clinic: Clinic, ask: Any) -> None:
    with clinic.own(clinic.ann):
        assert not ask(clinic.bob.pk)


def test_leaving_out_anothers_row_does_not_tell_whose_it_is(clinic: Clinic) -> None:
    with as_("upkeep"):
        keys = {row.number: row.pk for row in Invoice.objects.all()}
    with clinic.own(clinic.ann):
        taken = Invoice.objects.filter(number="N-bob")
        # The row that is left out is hidden: asked so, nobody else's row is there at all.
        assert {taken.exclude(pk=keys[name]).exists() for name in ("N-bob", "N-guest")} == {False}
        assert taken.exclude(pk=keys["N-ann"]).exists()


def test_only_who_may_write_the_value_may_ask(clinic: Clinic) -> None:
    policy = active().policy
    own = policy.purposes["own"]
    less = replace(own, may=replace(own.may, write=("order.content",)))
    governed = replace(policy, purposes={**policy.purposes, "own": less})
    with override(policy=governed), clinic.own(clinic.ann):
        assert not Invoice.objects.filter(number="N-bob").exists()
    unread = replace(own, may=replace(own.may, read=("order.content",)))
    governed = replace(policy, purposes={**policy.purposes, "own": unread})
    with override(policy=governed), clinic.own(clinic.ann), pytest.raises(PurposeError):
        Invoice.objects.filter(number="N-bob").exists()


def test_what_the_application_keeps_unique_is_declared(clinic: Clinic) -> None:
    said = active().datamap.source
    user = said.models["auth.User"]
    email = replace(user.columns["email"], unique=True)
    columns = {**user.columns, "email": email}
    source = replace(said, models={**said.models, "auth.User": replace(user, columns=columns)})
    question = User.objects.filter(email__iexact="BOB@mail.example").exclude(pk=clinic.ann.pk)
    with override(mapfile=source), clinic.own(clinic.ann):
        assert question.exists()
        assert not User.objects.filter(email="free@mail.example").exists()
        assert not question.filter(is_active=True).exists()


def test_the_map_reads_it() -> None:
    read = loads_map(
        "subjects: {member: auth.User}\nmodels:\n  auth.User:\n    subject: self\n    columns:"
        " {email: {category: contact.email, unique: true}}\n    rest: none\n"
    )
    assert read.models["auth.User"].columns["email"].unique


def test_questions_are_bounded(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uniqueness, "MOST", 3)
    taken = Invoice.objects.filter(number="N-bob")
    with clinic.own(clinic.ann):
        assert [taken.exists() for _ in range(5)] == [True, True, True, False, False]
        assert Invoice.objects.filter(number="N-ann").exists()
    with clinic.own(clinic.bob):
        assert Invoice.objects.filter(number="N-ann").exists()
    monkeypatch.setattr(uniqueness, "MINUTE", 0.0)
    with clinic.own(clinic.ann):
        assert taken.exists()
