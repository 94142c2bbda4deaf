"""Rows that are somebody's, and nobody knows whose."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from django.core.management import call_command

from tests.guard.conftest import DISPATCH, Clinic, as_
from tests.project.clinic.models import Address, Appointment, Invoice
from upheld.datamap.active import active, override
from upheld.guard.unresolved import Orphans, unresolved
from upheld.policy.semantics import sees_unresolved
from upheld.policy.types import Grant, Purpose


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


REPAIR = Purpose(
    "mending",
    basis="legitimate_interest",
    may=Grant(read=("order.content", "address.delivery"), write=("order.content",), rows="all"),
    repair=True,
)


@contextmanager
def governed(**changed: Purpose) -> Iterator[None]:
    policy = active().policy
    purposes = {**policy.purposes, "mending": REPAIR, **changed}
    with override(policy=replace(policy, purposes=purposes)):
        yield


def lost_rows() -> tuple[Invoice, Address]:
    with as_("upkeep"):
        address = Address.objects.create(line1="9 Lost Road")
        return Invoice.objects.create(number="N-lost", content="lost"), address


def found() -> tuple[bool, bool]:
    """Whether the lost rows are among those that the purpose sees."""
    return (
        "lost" in set(Invoice.objects.values_list("content", flat=True)),
        Address.objects.filter(appointments=None).exists(),
    )


def test_only_repair_upkeep_and_duties_reach_them(clinic: Clinic) -> None:
    lost_rows()
    duty = replace(REPAIR, id="books", basis="legal_obligation", repair=False)
    plain = replace(REPAIR, id="work", repair=False)
    with governed(books=duty, work=plain):
        for name, reached in (
            ("mending", True), ("upkeep", True), ("rights", True), ("books", True),
            ("work", False), ("order_fulfilment", False),
        ):  # fmt: skip
            with as_(name):
                assert found() == (reached, reached), name


def test_they_are_not_written_either(clinic: Clinic) -> None:
    invoice, _ = lost_rows()
    with governed(work=replace(REPAIR, id="work", repair=False)):
        with as_("work"):
            assert Invoice.objects.filter(pk=invoice.pk).update(content="changed") == 0
            assert Invoice.objects.update(content="changed") == 3
        with as_("mending"):
            mended = Invoice.objects.get(content="lost")
            mended.user = clinic.ann
            mended.save(update_fields=["user"])
        with as_("work"):
            assert Invoice.objects.filter(content="lost").exists()
    assert [o.model for o in unresolved()] == ["clinic.Address"]


def test_joined_rows_are_absent(clinic: Clinic) -> None:
    """An outer join finds no row where there is one that nobody may see."""
    _, address = lost_rows()
    with as_("upkeep"):
        Appointment.objects.filter(patient=None).update(address=address)
    with as_("order_fulfilment", DISPATCH):
        assert set(Appointment.objects.values_list("address__line1", flat=True)) == {
            "3 Hill Road", None
        }  # fmt: skip


def test_a_policy_repairs_all_rows_or_none() -> None:
    assert not sees_unresolved(replace(REPAIR, may=Grant(read=("*",), rows="own")))


def test_they_are_nobodys_own(clinic: Clinic) -> None:
    with as_("upkeep"):
        Invoice.objects.create(number="N-lost")
    for person in (clinic.ann, clinic.bob):
        with clinic.own(person):
            assert not list(Invoice.objects.filter(number="N-lost"))
