"""Rows that are somebody's, and nobody knows whose."""

from __future__ import annotations

import io
import json

import pytest
from django.core.management import call_command

from tests.guard.conftest import Clinic, as_
from tests.project.clinic.models import Address, Appointment, Invoice
from upheld.guard.unresolved import Orphans, unresolved


def test_every_row_has_a_subject(clinic: Clinic) -> None:
    assert unresolved() == []
    out = io.StringIO()
    call_command("upheld", "unresolved", stdout=out)
    assert out.getvalue() == "every row has a subject\n"


def test_rows_without_one_are_listed(clinic: Clinic) -> None:
    with as_("upkeep"):
        lost = [Address.objects.create(line1=f"{n} Lost Road").pk for n in range(7)]
        invoice = Invoice.objects.create(number="N-lost").pk
        Appointment.objects.create(reason="a free slot is about nobody")
    keys = tuple(str(pk) for pk in lost[:5])
    assert unresolved() == [
        Orphans("clinic.Address", 7, keys),
        Orphans("clinic.Invoice", 1, (str(invoice),)),
    ]
    out = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("upheld", "unresolved", stdout=out)
    assert ended.value.code == 1
    assert out.getvalue() == (
        f"clinic.Address: 7 ({', '.join(keys)}, ...)\n"
        f"clinic.Invoice: 1 ({invoice})\n"
        "link them to their person, delete them, or add a path to map.yaml\n"
    )
    out = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("upheld", "unresolved", "--json", stdout=out)
    assert json.loads(out.getvalue())[1]["rows"] == 1


def test_they_are_nobodys_own(clinic: Clinic) -> None:
    with as_("upkeep"):
        Invoice.objects.create(number="N-lost")
    for person in (clinic.ann, clinic.bob):
        with clinic.own(person):
            assert not list(Invoice.objects.filter(number="N-lost"))
