"""Behind both lines: a visitor's fresh row is there, and a taken value is called taken."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.guard.conftest import Clinic, as_
from tests.guard.test_visiting import GUEST, Visitor, numbers, orders
from tests.project.clinic.models import Invoice


@pytest.fixture(autouse=True)
def unblocked(django_db_setup: None, django_db_blocker: Any, people: Clinic) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield
        with as_("upkeep"):
            Invoice.objects.filter(number__startswith="V-").delete()


def test_the_fresh_order_behind_both_lines() -> None:
    visitor = Visitor()
    visitor.does(orders("V-one"))
    assert visitor.does(numbers) == {"V-one"}
    assert visitor.does(lambda _: Invoice.objects.update(content="pot")) == 1
    visitor.does(orders("V-two"))
    assert visitor.does(numbers) == {"V-one", "V-two"}
    assert Visitor().does(numbers) == set()
    visitor.does(orders("V-other", f"other.{GUEST}"))
    assert visitor.does(numbers) == {"V-other"}


def test_a_taken_value_is_taken_behind_both_lines(people: Clinic) -> None:
    with people.own(people.ann):
        assert Invoice.objects.filter(number="N-bob").exists()
        assert not Invoice.objects.filter(number="N-free").exists()
        assert numbers(None) == {"N-ann"}
