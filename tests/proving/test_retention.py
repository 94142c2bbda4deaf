from __future__ import annotations

import pytest

from tests.disposal.conftest import ENGINE, bill, days_ago, governed, keeps
from tests.project.clinic.models import Invoice
from upheld.context import purpose
from upheld.disposal import emptying, sweep
from upheld.proving.run import Proof, prove

pytestmark = pytest.mark.django_db

DATES = {"clinic.Invoice": {"order.placed": "placed"}}
EVERYTHING = ("order.content", "order.reference", "contact.email")
SENDING = keeps("sending", EVERYTHING, "order.placed", "30 days")


def found() -> Proof:
    with governed(SENDING, events=DATES):
        (proof,) = prove(only="retention.sending", record=False)
    return proof


def test_in_time_is_kept() -> None:
    finding = found().finding
    assert (finding.result, finding.detail) == (
        "kept",
        "1 rules over 1 tables, no row overdue; 1 made-up rows went in time and not before",
    )
    with purpose("rights", actor=ENGINE):
        assert not Invoice.objects.exists()


def test_an_overdue_row_breaks_it() -> None:
    bill("a", days_ago(400))
    finding = found().finding
    assert (finding.result, finding.detail) == (
        "broken",
        "1 rows are overdue, 1 of `clinic.Invoice after order.placed + 30 days`",
    )


def test_a_sweep_that_ends_nothing_breaks_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep, "remove", lambda *args, **more: 0)
    monkeypatch.setattr(sweep, "empty", lambda *args, **more: 0)
    assert found().finding.detail == (
        "`clinic.Invoice after order.placed + 30 days` is over and its values are still there"
    )
    assert emptying.empty is not sweep.empty


def test_a_purpose_that_no_table_dates_is_for_an_outsider() -> None:
    with governed(keeps("mailboxes", "case.content", "case.closed", "30 days"), events=DATES):
        (proof,) = prove(only="retention.mailboxes", record=False)
    assert (proof.finding.result, proof.finding.detail) == (
        "outside",
        "no table of the map dates its event: look where such data are kept",
    )
