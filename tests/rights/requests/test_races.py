"""Two workers at once: one request, one decision, one code, one copy."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections

from tests.rights.conftest import make_person
from tests.rights.requests.conftest import ask
from upheld.rights.requests.collecting import NothingToCollect, collect
from upheld.rights.requests.deciding import deny, fulfil
from upheld.rights.requests.models import RequestEvent, RightsRequest
from upheld.rights.requests.opening import Asked, open_request
from upheld.rights.requests.states import WrongMove

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Run each in a thread with a connection of its own; return results and exceptions."""
    ready = threading.Barrier(len(works))
    found: list[Any] = [None] * len(works)

    def run(number: int, work: Callable[[], Any]) -> None:
        ready.wait()
        try:
            found[number] = work()
        except Exception as error:
            found[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return found


def test_two_clicks_open_one_request() -> None:
    ben = make_person("Ben")
    asked = Asked("deletion", "member_centre", "form-1", ben.subject)
    other = Asked("deletion", "member_centre", "form-2", ben.subject)
    results = at_once(*[lambda: open_request(asked)] * 3, *[lambda: open_request(other)] * 3)
    assert sorted(result.created for result in results) == [False] * 5 + [True]
    assert RightsRequest.objects.count() == 1


def test_two_decisions_at_once_are_one() -> None:
    ben = make_person("Ben")
    row = ask("copy", ben.subject)
    results = at_once(lambda: fulfil(row), lambda: deny(row, "no_match"), lambda: fulfil(row))
    assert sum(isinstance(result, WrongMove) for result in results) == 2
    last = [event.step for event in RequestEvent.objects.filter(request=row)]
    assert len([step for step in last if step in ("fulfil", "deny")]) == 1


def test_one_copy_for_two_clicks() -> None:
    ben = make_person("Ben")
    row = fulfil(ask("copy", ben.subject))
    results = at_once(lambda: collect(row), lambda: collect(row), lambda: collect(row))
    assert sum(isinstance(result, NothingToCollect) for result in results) == 2
