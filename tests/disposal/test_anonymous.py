from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.contrib.auth.models import User

from tests.disposal.conftest import (
    AT_ONCE,
    ENGINE,
    TODAY,
    bill,
    days_ago,
    keeps,
    map_with,
    policy_with,
)
from tests.project.clinic.models import Invoice
from upheld.context import purpose
from upheld.datamap.active import active, override
from upheld.disposal import anonymous
from upheld.disposal.clocks import endings
from upheld.disposal.sweep import look, overdue, sweep

pytestmark = pytest.mark.django_db

DATES = {"clinic.Invoice": {"order.placed": "placed"}}
EVERYTHING = ("order.content", "order.reference", "contact.email")


def anonymising(smallest: int = 2) -> Any:
    """Govern by a purpose that anonymises bills after 30 days."""
    rule = keeps("counting", EVERYTHING, "order.placed", "30 days", "anonymise", smallest=smallest)
    return override(policy=policy_with(rule), mapfile=map_with(DATES))


def left() -> list[tuple[str, str, object]]:
    with purpose("rights", actor=ENGINE):
        rows = Invoice.objects.order_by("pk")
        return [(row.guest_email, row.content, row.user_id) for row in rows]


def test_the_person_goes_and_what_enough_rows_share_stays(member: User) -> None:
    for number in "abc":
        bill(number, days_ago(40), user=member, guest_email="ann@post.example")
    bill("young", days_ago(3), user=member)
    with anonymising():
        report = sweep(today=TODAY, pace=AT_ONCE, chores=False)
        assert overdue(today=TODAY) == {}
    assert left() == [("", "glasses", None)] * 3 + [("", "glasses", member.pk)]
    with purpose("rights", actor=ENGINE):
        numbers = list(Invoice.objects.order_by("pk").values_list("number", flat=True))
    assert [number in "abc" for number in numbers] == [False] * 4  # a unique value names a row
    assert numbers[3] == "young"
    assert report.ended == {"clinic.Invoice: person after order.placed + 30 days": 3}


def test_what_too_few_rows_share_goes_too(member: User) -> None:
    for number in "abc":
        bill(number, days_ago(40), user=member)
    with purpose("rights", actor=ENGINE):
        Invoice.objects.filter(number="c").update(content="a glass eye, blue, left")
    with anonymising():
        sweep(today=TODAY, pace=AT_ONCE, chores=False)
    assert sorted(content for _, content, _ in left()) == ["", "glasses", "glasses"]


def test_a_second_sweep_finds_nothing(member: User) -> None:
    for number in "abc":
        bill(number, days_ago(40), user=member)
    with anonymising():
        sweep(today=TODAY, pace=AT_ONCE, chores=False)
        assert look(today=TODAY) == []
        assert sweep(today=TODAY, pace=AT_ONCE, chores=False).ended == {}


def test_free_text_and_device_ids_are_among_what_goes() -> None:
    now = active()
    data = now.policy.data | {"order.content": replace(now.policy.data["order.content"],
                                                       kind="technical")}  # fmt: skip
    rule = keeps("counting", EVERYTHING, "order.placed", "30 days", "anonymise")
    changed = replace(policy_with(rule), data=data)
    with override(policy=changed, mapfile=map_with(DATES)):
        (ending,) = endings()
        assert {column.field.name for column in anonymous.going(ending)} == {
            "number", "guest_email", "content",
        }  # fmt: skip
        assert anonymous.staying(ending) == ()


def test_rows_whose_person_cannot_be_cut_off_are_deleted(member: User) -> None:
    """A patient belongs to a user by a key that may not be empty."""
    events = {"clinic.Patient": {"patient.left": "created"}}
    categories = ("name.legal", "contact.email", "contact.phone", "taste.colour", "taste.kitchen")
    rule = keeps("counting", categories, "patient.left", "1 day", "anonymise")
    with override(policy=policy_with(rule), mapfile=map_with(events)):
        (ending,) = endings()
        assert anonymous.links_of(ending.model) is None
        assert not anonymous.can_anonymise(ending)
