"""The practice of the test project with a policy that has something for every kind of probe."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.db import connection
from django.test import override_settings

from upheld.datamap.active import Active, active
from upheld.datamap.active import override as governed_by
from upheld.guard.record import uncounted
from upheld.journal import fresh_buffer
from upheld.journal.protection import statements
from upheld.policy.types import Category, ContactPoint, Measure, Purpose, Right, Wall
from upheld.proving.registry import Finding
from upheld.proving.run import prove


@pytest.fixture(autouse=True)
def _own_buffer() -> Iterator[None]:
    """What one test noted is nothing to the next."""
    with fresh_buffer(), uncounted():
        yield


@pytest.fixture
def append_only(db: None) -> None:
    """The triggers that a database on disk has: the test runner's lives in memory."""
    protect()


@pytest.fixture
def governance(db: None) -> Iterator[Active]:
    """The practice's rules, and over them a right, a wall, a mailbox and a measure each."""
    policy = active().policy
    richer = replace(
        policy,
        data=policy.data | {"trade.contact": Category("trade.contact", "contact")},
        purposes=policy.purposes
        | {
            "trade_talks": Purpose(
                "trade_talks",
                basis="legitimate_interest",
                wall="trade",
                posts=("after_sales",),
            )
        },
        rights={
            "access": Right("access", by=("member-centre",)),
            "erasure": Right("erasure", by=("member-centre",)),
        },
        walls={"trade": Wall("trade", holds=("trade.contact",))},
        contacts={"desk": ContactPoint("desk", "page", "Aldgrove Practice")},
        measures={"rules_before_data": Measure("rules_before_data")},
    )
    with override_settings(ROOT_URLCONF="tests.proving.urls"), governed_by(policy=richer) as now:
        yield now


def protect() -> None:
    """Install the triggers in the test's own transaction, so they go with it."""
    if connection.vendor != "sqlite":
        return  # installed after `migrate`
    with connection.gate.trusting(), connection.cursor() as cursor:
        for package in ("upheld.consent", "upheld.journal"):
            for statement in statements(package, connection.vendor):
                cursor.execute(statement)


def found(id: str) -> Finding:
    """Run the probe called `id` and return what it found."""
    proofs = [proof for proof in prove(only=id, record=False) if proof.probe.id == id]
    assert proofs, f"no probe is called {id}"
    return proofs[0].finding
