"""A person's data are only stored: every purpose of the site but duties loses sight of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.contrib.auth.models import User

from tests.project.clinic.models import Invoice, Patient
from tests.rights.conftest import ENGINE, Person, furnish, make_person
from upheld import consent
from upheld.context import Actor, purpose
from upheld.datamap.active import active
from upheld.datamap.active import override as governed_by
from upheld.guard.restricting import lift, restrict, restrictions
from upheld.guard.restriction import look_again
from upheld.policy.types import Grant, Purpose

DISPATCH = Actor("staff", "member:900", frozenset({"dispatch"}))
MARKETING = Actor("staff", "member:901", frozenset({"marketing"}))


@pytest.fixture(autouse=True)
def _look(db: None) -> Iterator[None]:
    look_again("default")
    yield
    look_again("default")


@pytest.fixture
def ann(db: None) -> Person:
    person = make_person("Ann")
    furnish(person)
    return person


@pytest.fixture
def ben(db: None) -> Person:
    person = make_person("Ben")
    furnish(person)
    return person


def names() -> list[str]:
    with purpose("order_fulfilment", actor=DISPATCH):
        return sorted(Patient.objects.values_list("name", flat=True))


def test_a_restricted_person_is_not_there_for_the_site(ann: Person, ben: Person) -> None:
    assert names() == ["Ann Oakes", "Ben Oakes"]
    restrict(ann.subject, ground="asked in a test")
    assert names() == ["Ben Oakes"]
    with purpose("order_fulfilment", actor=DISPATCH):
        assert Invoice.objects.count() == 2
        assert not Invoice.objects.filter(number=f"{ann.user.pk}-new").exists()
        assert Invoice.objects.filter(number=f"{ann.user.pk}-new").update(content="x") == 0
        assert Patient.objects.filter(user__first_name="Ann").count() == 0


def test_the_person_and_the_engine_still_see_them(ann: Person) -> None:
    restrict(ann.subject, ground="asked in a test")
    with purpose("own", subject=ann.subject):
        assert Patient.objects.get().name == "Ann Oakes"
    for name in ("authentication", "rights", "upkeep"):
        with purpose(name, actor=ENGINE):
            assert User.objects.get(pk=ann.user.pk).email == "ann@post.example"


def test_a_legal_duty_goes_on(ann: Person) -> None:
    duty = Purpose("audit", basis="legal_obligation", may=Grant(read=("name.legal",), rows="all"))
    policy = active().policy
    with governed_by(policy=replace(policy, purposes=policy.purposes | {"audit": duty})):
        restrict(ann.subject, ground="asked in a test")
        with purpose("audit", actor=ENGINE):
            assert Patient.objects.get().name == "Ann Oakes"


def test_one_purpose_may_be_taken_away(ann: Person, ben: Person) -> None:
    restrict(ann.subject, purpose="order_fulfilment", ground="an objection")
    assert names() == ["Ben Oakes"]
    with purpose("after_sales", actor=Actor("staff", "member:902", frozenset({"after_sales"}))):
        assert Patient.objects.count() == 2


def test_consent_does_not_outweigh_it(ann: Person, ben: Person) -> None:
    for person in (ann, ben):
        with purpose("own", subject=person.subject):
            consent.record(
                person.subject, "weekly_bundle_mail", True,
                wording="Weekly mail", version="1", place="test", method="test",
            )  # fmt: skip

    def mailed() -> list[str]:
        with purpose("weekly_bundle_mail", actor=MARKETING):
            return sorted(Patient.objects.values_list("email", flat=True))

    assert mailed() == ["ann@post.example", "ben@post.example"]
    restrict(ann.subject, ground="asked in a test")
    assert mailed() == ["ben@post.example"]


def test_it_ends_when_it_is_lifted(ann: Person) -> None:
    assert restrict(ann.subject, ground="asked in a test")
    assert not restrict(ann.subject, ground="asked again")
    assert set(restrictions(ann.subject)) == {""}
    assert lift(ann.subject) == 1
    assert names() == ["Ann Oakes"]
