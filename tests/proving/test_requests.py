"""The probes of requests see each protection that is taken away."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.proving.conftest import found
from tests.rights.requests.conftest import governance
from upheld.proving.probes import requests as probes
from upheld.rights.identity import documents
from upheld.rights.requests import alarms, collecting, opening, steps
from upheld.rights.requests.states import MOVES

__all__ = ["governance"]


@pytest.mark.parametrize(
    "probe", ["requests.copy_by_mail", "requests.erasure", "clocks.erasure", "documents.document"]
)
def test_they_are_kept(probe: str) -> None:
    finding = found(probe)
    assert finding.result == "kept", finding.detail


def test_a_request_done_for_a_stranger_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "moved", lambda step, state, *, proved: MOVES[step].after or state)
    finding = found("requests.copy_by_mail")
    assert (finding.result, finding.detail) == (
        "broken",
        "it was done for somebody who showed nothing",
    )


def test_a_copy_given_twice_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collecting, "may_collect", lambda row: True)
    assert found("requests.copy_by_mail").detail == "a copy was given out twice"


def test_a_paper_left_behind_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "destroy_checked", lambda row, using: 0)
    assert found("documents.document").detail == "bytes of the document are left"


def test_a_key_left_behind_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents.keyring, "destroy", lambda *args, **kwargs: ())
    assert found("documents.document").detail == "the document's key is left"


def test_a_quarantine_that_opens_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    class Anything:
        def __eq__(self, other: object) -> bool:
            return True

        def __hash__(self) -> int:
            return 0

    monkeypatch.setattr(documents, "CLEAN", Anything())
    assert found("documents.document").result == "broken"


def test_a_clock_that_is_wrong_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    real = steps.read_dates

    def late(row: Any) -> None:
        real(row)
        if row.verify_by:
            row.verify_by += timedelta(days=1)

    monkeypatch.setattr(steps, "read_dates", late)
    assert found("clocks.erasure").detail.startswith("the check is due on ")


def test_an_alarm_that_stays_silent_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    assert alarms.due is probes.due
    monkeypatch.setattr(probes, "due", lambda using, today: [])
    assert found("clocks.erasure").detail == "nobody is told on the alarm's day"
