"""Six ways in which erasure and export tools are known to fail. None may happen here."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, models

from tests.project.clinic.models import Address, Patient
from tests.rights.conftest import ENGINE, Person, furnish, make_person
from upheld import consent, rights
from upheld.context import purpose
from upheld.datamap import bind as binding
from upheld.datamap.active import active
from upheld.datamap.checks import check_map
from upheld.errors import PurposeError
from upheld.guard.direct import Direct
from upheld.proving.probes import rights as probes
from upheld.proving.registry import Ground

pytestmark = pytest.mark.django_db
export = sys.modules["upheld.rights.export"]  # the room shows the function under this name


def picture(subject: str) -> list[tuple[str, object, tuple[str, ...]]]:
    return [
        (row.model.label, row.instance.pk, tuple(value.shown for value in row.values))
        for row in rights.rows(subject)
    ]


@pytest.fixture
def refused() -> Direct:
    """A table that nobody declared, whose constraint forbids what the map allows."""
    direct = Direct("default")
    direct.run(
        "CREATE TABLE old_cards (patient bigint NOT NULL REFERENCES clinic_patient (id),"
        " words varchar(80))"
    )
    return direct


def card_for(person: Person, direct: Direct, words: str = "a card") -> None:
    direct.run("INSERT INTO old_cards VALUES (%s, %s)", [person.patient.pk, words])


# 1 -- a backlog of fifty erasures at default settings ---------------------------------------


def test_a_backlog_of_fifty_is_done_in_one_go(ann: Person) -> None:
    people = [make_person(f"P{number:02}") for number in range(50)]
    bystander = picture(ann.subject)
    told: list[tuple[int, int]] = []
    outcomes = list(
        rights.erase_many(
            [person.subject for person in people],
            ground="the backlog",
            progress=lambda done, whole: told.append((done, whole)),
        )
    )
    assert [outcome.subject for outcome in outcomes] == [person.subject for person in people]
    receipts = [outcome.receipt for outcome in outcomes if outcome.receipt is not None]
    assert [receipt.content["rows_deleted"] for receipt in receipts] == [2] * 50
    assert len({receipt.person for receipt in receipts}) == 50
    with purpose("rights", actor=ENGINE):
        assert list(User.objects.values_list("pk", flat=True)) == [ann.user.pk]
    assert picture(ann.subject) == bystander
    assert told == [(50, 50)]


def test_the_receipts_of_many_say_the_same_as_one_by_one() -> None:
    one, two = make_person("One"), make_person("Two")
    furnish(one)
    furnish(two)
    (first,) = rights.erase_many([one.subject], ground="a test")
    second = rights.erase(two.subject, ground="a test")
    assert first.receipt is not None
    different = ("person", "done_at")
    assert {k: v for k, v in first.receipt.content.items() if k not in different} == {
        k: v for k, v in second.content.items() if k not in different
    }


# 2 -- a database constraint that breaks half-way --------------------------------------------


def test_a_constraint_that_breaks_half_way_undoes_everything(ann: Person, refused: Direct) -> None:
    card_for(ann, refused)
    before = picture(ann.subject)
    with pytest.raises(IntegrityError):
        rights.erase(ann.subject, ground="a test")
    assert picture(ann.subject) == before
    assert not rights.models.ErasureReceipt.objects.exists()
    assert consent.suppressed_since("ann@post.example") is None


def test_one_that_cannot_be_erased_does_not_hold_up_the_others(
    ann: Person, ben: Person, refused: Direct
) -> None:
    card_for(ann, refused)
    before = picture(ann.subject)
    failed, done = rights.erase_many([ann.subject, ben.subject], ground="a test")
    assert isinstance(failed.problem, IntegrityError)
    assert (failed.subject, failed.receipt) == (ann.subject, None)
    assert done.receipt is not None
    assert picture(ann.subject) == before
    assert picture(ben.subject) == []


# 3 -- a table and a column that nobody declared ---------------------------------------------


def test_a_column_that_nobody_declared_fails_the_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    extra = models.CharField(max_length=20)
    extra.set_attributes_from_name("nickname")
    extra.model = Patient
    fields = [*Patient._meta.local_concrete_fields, extra]
    monkeypatch.setattr(Patient._meta, "local_concrete_fields", fields, raising=False)
    source = active().datamap.source
    strict = replace(source.models["clinic.Patient"], rest="")
    bound = binding.bind(
        replace(source, models=source.models | {"clinic.Patient": strict}), active().policy
    )
    assert any(problem.id == "E001" and "nickname" in problem.about for problem in bound.problems)
    assert check_map(None) is not None


def test_a_table_that_nobody_declared_breaks_the_probe_of_erasure(
    ann: Person, refused: Direct
) -> None:
    """It is not searched in silence, nor left out: the guard refuses it and the probe fails."""
    refused.run("CREATE TABLE a_loose_note (words varchar(80))")
    with pytest.raises(PurposeError) as caught:
        probes._in_clear(Ground(active(), "default"), "zq-canary", set())
    assert "reads `a_loose_note`, which is no model's table" in str(caught.value)


# 4 -- an address row that two people share --------------------------------------------------


def test_a_shared_address_stays_for_the_other_and_goes_with_the_last(
    ann: Person, ben: Person
) -> None:
    with purpose("rights", actor=ENGINE):
        shared = Address.objects.get()
    furnish(ben, address=shared)
    rights.erase(ann.subject, ground="a test")
    (address,) = rights.by_category(ben.subject)["address.delivery"]
    assert [value.shown for value in address.values] == ["7 Mill Lane", "10001"]
    rights.erase(ben.subject, ground="a test")
    with purpose("rights", actor=ENGINE):
        assert not Address.objects.exists()


def test_a_shared_address_goes_when_both_go_together(ann: Person, ben: Person) -> None:
    with purpose("rights", actor=ENGINE):
        furnish(ben, address=Address.objects.get())
    list(rights.erase_many([ann.subject, ben.subject], ground="a test"))
    with purpose("rights", actor=ENGINE):
        assert not Address.objects.exists()


# 5 -- the opt-out that is forgotten with the person ------------------------------------------


def test_an_address_that_is_imported_again_is_still_not_mailed(ben: Person) -> None:
    assert consent.suppressed_since("ben@post.example") is None
    rights.erase(ben.subject, ground="a test")
    make_person("Ben")  # the list is imported again
    since = consent.suppressed_since("Ben@Post.example ")
    assert since is not None
    assert consent.suppressed(["ben@post.example", "zoe@post.example"]) == {
        "ben@post.example": since
    }


# 6 -- copies of exports left lying about ----------------------------------------------------


def test_a_copy_leaves_no_file_not_even_while_it_is_read(
    ann: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "SPOOL_BYTES", 8)  # everything goes to the disk
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with rights.export(ann.subject) as copy:
        assert copy.read(2) == b"PK"
        assert list(tmp_path.iterdir()) == []
    assert list(tmp_path.iterdir()) == []


def test_a_copy_that_fails_leaves_no_file(
    ann: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*args: Any, **more: Any) -> Any:
        raise OSError("the disk is full")

    monkeypatch.setattr(export, "SPOOL_BYTES", 8)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(export, "_page", fails)
    with pytest.raises(OSError, match="the disk is full"):
        rights.export(ann.subject)
    assert list(tmp_path.iterdir()) == []
