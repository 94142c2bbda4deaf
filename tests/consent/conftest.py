"""A policy with every kind of default, given to each call: no privacy folder is read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from upheld.journal.buffer import fresh_buffer
from upheld.policy.types import Controller, Policy, Purpose


@pytest.fixture(autouse=True)
def _nothing_noted() -> Iterator[None]:
    with fresh_buffer():
        yield


@pytest.fixture
def policy() -> Policy:
    purposes = (
        Purpose("order_fulfilment", "contract"),
        Purpose("weekly_bundle_mail", "consent", default="out"),
        Purpose("launch_mail", "consent", default="asked"),
        Purpose("news", "consent", default="in"),
        Purpose("partner_offers", "legitimate_interest", default="in"),
    )
    return Policy(
        Controller("Aldgrove Practice", "US", "hello@aldgrove.example"),
        date(2026, 11, 22),
        {},
        {purpose.id: purpose for purpose in purposes},
    )
