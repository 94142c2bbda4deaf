"""Rules of retention over the clinic's tables, and rows old enough to end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User

from tests.project.clinic.models import Invoice
from upheld.context import Actor, purpose
from upheld.datamap.active import active, override
from upheld.disposal.slices import Pace
from upheld.journal import buffer as journal
from upheld.policy.mapfile import MapFile
from upheld.policy.types import Grant, Hold, Policy, Purpose, Retention

ENGINE = Actor("system", "system:test")
CLERK = Actor("staff", "member:901", frozenset({"privacy"}))
SECOND = Actor("staff", "member:902", frozenset({"privacy"}))
TODAY = date(2026, 11, 22)
AT_ONCE = Pace(size=2, pause=0.0, timeout=5.0)
"""Two rows a slice, so that every test walks over several."""


DISPUTE = Hold("dispute", ("order.content", "order.reference"), title="An open dispute")


def keeps(
    name: str,
    category: str | tuple[str, ...],
    after: str,
    period: str,
    then: Any = "erase",
    hold: tuple[str, ...] = (),
    smallest: int = 0,
) -> Purpose:
    """A purpose that reads one category and keeps it."""
    categories = (category,) if isinstance(category, str) else category
    return Purpose(
        name,
        "contract",
        may=Grant(read=categories, rows="all"),
        keep=Retention(after, period, then, hold),
        minimum_group=smallest,
    )


def policy_with(*purposes: Purpose, holds: tuple[Hold, ...] = ()) -> Policy:
    """The project's policy with other times: its own are taken out."""
    now = active().policy
    plain = {name: replace(rule, keep=None) for name, rule in now.purposes.items()}
    return replace(
        now,
        purposes=plain | {rule.id: rule for rule in purposes},
        holds={hold.id: hold for hold in holds},
    )


def map_with(events: dict[str, dict[str, str]]) -> MapFile:
    """The project's map with other dates of events, by model."""
    source = active().datamap.source
    models = {
        label: replace(model, event_dates=events.get(label, {}))
        for label, model in source.models.items()
    }
    return replace(source, models=models)


def governed(
    *purposes: Purpose, events: dict[str, dict[str, str]], holds: tuple[Hold, ...] = (DISPUTE,)
) -> Any:
    """Govern by these times in a `with` block."""
    return override(policy=policy_with(*purposes, holds=holds), mapfile=map_with(events))


def bill(number: str, placed: date | None, **more: Any) -> Invoice:
    with purpose("rights", actor=ENGINE):
        return Invoice.objects.create(number=number, placed=placed, content="glasses", **more)


def days_ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def numbers() -> list[str]:
    with purpose("rights", actor=ENGINE):
        return sorted(Invoice.objects.values_list("number", flat=True))


@pytest.fixture
def member(db: None) -> User:
    with purpose("rights", actor=ENGINE):
        return User.objects.create_user(username="ann", email="ann@post.example")


@pytest.fixture(autouse=True)
def _own_buffer() -> Iterator[None]:
    with journal.fresh_buffer():
        yield
