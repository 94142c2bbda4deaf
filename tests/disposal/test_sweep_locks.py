"""What a sweep does while the shop works on the same rows."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, connections, transaction

from tests.disposal.conftest import AT_ONCE, ENGINE, TODAY, bill, days_ago, governed, keeps, numbers
from tests.project.clinic.models import Invoice
from upheld.context import purpose
from upheld.disposal.slices import Pace
from upheld.disposal.sweep import sweep

DATES = {"clinic.Invoice": {"order.placed": "placed"}}
SENDING = keeps(
    "sending", ("order.content", "order.reference", "contact.email"), "order.placed", "30 days"
)


class Holder:
    """Another connection that holds one row until it is told to let go."""

    def __init__(self, pk: int) -> None:
        self._pk = pk
        self._took, self._go = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._hold)

    def __enter__(self) -> None:
        self._thread.start()
        assert self._took.wait(20)

    def __exit__(self, *_: object) -> None:
        self._go.set()
        self._thread.join()

    def _hold(self) -> None:
        with transaction.atomic(), purpose("rights", actor=ENGINE):
            Invoice.objects.filter(pk=self._pk).update(content="glasses, changed")
            self._took.set()
            self._go.wait(20)
        connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_a_row_that_somebody_holds_is_left_for_the_next_run() -> None:
    held = bill("a", days_ago(40))
    bill("b", days_ago(40))
    with governed(SENDING, events=DATES):
        if connection.vendor == "postgresql":  # SQLite has one writer and no row locks
            with Holder(held.pk):
                report = sweep(today=TODAY, pace=Pace(2, 0.0, 5.0), chores=False)
                assert numbers() == ["a"]
                assert report.problems == {}
        sweep(today=TODAY, pace=AT_ONCE, chores=False)
    assert numbers() == []
