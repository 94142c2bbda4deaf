"""Files and outside stores: removed after the commit, tried again until confirmed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from tests.rights.conftest import Person, make_person
from upheld import rights
from upheld.disposal import outside
from upheld.disposal.models import OutsideTask
from upheld.errors import KeyDestroyed
from upheld.keyring import sealer

pytestmark = pytest.mark.django_db(transaction=True)


class Index:
    """A search index that fails as often as it is told."""

    def __init__(self) -> None:
        self.entries = {"member:1": "Ben", "member:2": "Cat"}
        self.failures: list[Any] = []

    def gather(self, subject: str, using: str) -> list[dict[str, Any]]:
        return [{"entry": subject}]

    def remove(self, what: dict[str, Any]) -> bool:
        if self.failures:
            problem = self.failures.pop(0)
            if problem is False:
                return False
            raise problem
        self.entries.pop(what["entry"], None)
        return what["entry"] not in self.entries


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch) -> Iterator[Index]:
    monkeypatch.setattr(outside, "_stores", {})
    made = Index()
    outside.outside_store("index", gather=made.gather, remove=made.remove)
    yield made


@pytest.fixture
def person(index: Index) -> Person:
    made = make_person("Ben")
    index.entries[made.subject] = "Ben"
    return made


def test_a_store_is_emptied_after_the_commit(person: Person, index: Index) -> None:
    with transaction.atomic():
        receipt = rights.erase(person.subject, ground="a test")
        assert person.subject in index.entries
    assert person.subject not in index.entries
    assert receipt.content["outside"] == 1
    assert outside.waiting(receipt=receipt.person) == 0


def test_an_erasure_that_is_rolled_back_removes_nothing(person: Person, index: Index) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        rights.erase(person.subject, ground="a test")
        raise ZeroDivisionError
    assert person.subject in index.entries
    assert not OutsideTask.objects.exists()


@pytest.mark.parametrize("problem", [False, OSError("Ben is not reachable")])
def test_it_is_tried_again_until_the_store_confirms(
    person: Person, index: Index, problem: Any
) -> None:
    index.failures = [problem, problem]
    rights.erase(person.subject, ground="a test")
    (task,) = OutsideTask.objects.all()
    assert (task.tries, task.problem) == (1, "NotConfirmed" if problem is False else "OSError")
    assert "Ben" not in task.problem
    assert outside.carry_out() == (0, 1)  # not yet: it waits a minute
    later = timezone.now() + timedelta(minutes=2)
    assert outside.carry_out(now=later) == (0, 1)
    later += timedelta(minutes=10)
    assert outside.carry_out(now=later) == (1, 0)
    assert person.subject not in index.entries


def test_what_a_task_says_is_sealed_and_gone_when_it_is_done(person: Person, index: Index) -> None:
    index.failures = [False]
    rights.erase(person.subject, ground="a test")
    (task,) = OutsideTask.objects.all()
    token = task.what
    assert person.subject not in token
    assert person.subject in sealer().open(token)
    outside.carry_out(now=timezone.now() + timedelta(hours=1))
    task.refresh_from_db()
    assert task.what == ""
    with pytest.raises(KeyDestroyed):
        sealer().open(token)


def test_a_store_that_is_not_registered_any_more_stays_open(
    person: Person, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.failures = [False]
    rights.erase(person.subject, ground="a test")
    monkeypatch.setattr(outside, "_stores", {})
    assert outside.carry_out(now=timezone.now() + timedelta(hours=1)) == (0, 1)
