"""Generated policies on live rows: the second line alone shows nothing that the meaning hides,
and both lines together answer what the first answers alone.

A purpose of each generated policy gets roles of its own, all of them made at once. The world
of `tests/agreement` asks for one purpose; `_roles_of` says which roles that is for a batch.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import count, islice
from typing import Any

import psycopg
import pytest
from django.db import connection

from tests.agreement import vectors
from tests.agreement.case import Case, Question, RefusedError
from tests.agreement.conftest import with_asked
from tests.agreement.generate import Batch, batch, governed
from tests.agreement.run import differences
from tests.agreement.ways import FirstLine
from tests.agreement.world import ASKED, COLUMNS, World, make_world
from tests.secondline.server import ROLES
from upheld.datamap.active import active, override, pinned
from upheld.guard.secondline import sending
from upheld.guard.secondline.apply import carry_out
from upheld.guard.secondline.names import purpose_role
from upheld.policy.semantics import Outcome

SEED = int(os.environ.get("UPHELD_SECOND_LINE_SEED", "20261123"))
"""`make soak-second-line` asks others."""
POLICIES = 55
"""A mask has room for as many purposes, and for those of the clinic."""
READABLE = (Outcome.ALLOW, Outcome.OWN_ROWS, Outcome.CONSENTED_ROWS)
LED_BY = {("clinic.Invoice", "guest_email")}
"""Sealed columns that say whose a row is: every purpose compares them, as ciphertext."""


def _numbers() -> Iterator[int]:
    """Batches whose policy refuses no more categories than the clinic's own: what is refused
    is refused to every purpose of a policy, and these share one database."""
    base = active().policy
    for number in count():
        made = batch(SEED, number, _NO_WORLD)
        if made.now.policy.refuse == base.refuse:
            yield number


class _NoWorld:
    """Stands in where only the policy of a batch is wanted."""

    people: dict[str, str] = {}

    class rows:
        @staticmethod
        def __class_getitem__(model: Any) -> Any:
            return [_AnyRow]


class _AnyRow:
    pk = 0

    class values:
        @staticmethod
        def __class_getitem__(name: Any) -> str:
            return ""


_NO_WORLD: Any = _NoWorld


def _of(number: int) -> str:
    return f"{ASKED}_{number}"


@pytest.fixture(scope="module")
def numbers(django_db_setup: None, django_db_blocker: Any) -> Iterator[list[int]]:
    """The batches that are asked, their purposes' roles in the database."""
    with django_db_blocker.unblock():
        chosen = list(islice(_numbers(), POLICIES))
        policy = active().policy
        purposes = dict(policy.purposes)
        for number in chosen:
            rule = batch(SEED, number, _NO_WORLD).now.policy.purposes[ASKED]
            purposes[_of(number)] = replace(rule, id=_of(number))
        with override(policy=replace(policy, purposes=purposes)):
            carry_out("default")
    yield chosen
    with django_db_blocker.unblock():
        carry_out("default")


@pytest.fixture
def world(db: None, numbers: list[int]) -> World:
    """The rows; who answered for the asked purpose answered for each batch's."""
    base = active()
    with pinned(governed(base, with_asked(base.policy))):
        found = make_world()
    with connection.gate.trusting(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO upheld_consentstate (subject, purpose, granted, since, entry,"
            " agreement, standing, signalled)"
            " SELECT subject, name, granted, since, entry, agreement, standing, signalled"
            " FROM upheld_consentstate,"
            " unnest(%s::text[]) AS name WHERE purpose = %s",
            [[_of(number) for number in numbers], ASKED],
        )
    return found


@contextmanager
def _roles_of(number: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the asked purpose be that of one batch."""

    def role(prefix: str, purpose: str) -> str:
        return purpose_role(prefix, _of(number) if purpose == ASKED else purpose)

    with monkeypatch.context() as patch:
        patch.setattr(sending, "purpose_role", role)
        yield


def _asked(world: World, numbers: list[int]) -> Iterator[Batch]:
    for number in numbers:
        yield batch(SEED, number, world)


def test_both_lines_answer_what_the_meaning_says(
    world: World, numbers: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = 0
    for each in _asked(world, numbers):
        with _roles_of(each.number, monkeypatch):
            found = list(differences(FirstLine(), [each]))
        asked += len(found)
        assert [vectors.written(one) for one in found if one is not None] == []
    assert asked >= 2_000


def test_the_second_line_alone_shows_no_more(world: World, numbers: list[int]) -> None:
    """Raw SQL on a cursor of the bare driver, every column of every table."""
    asked = shown = 0
    for each in _asked(world, numbers):
        for subject in ("ann", "guest", None):
            for model, columns in COLUMNS.items():
                for column in columns:
                    question = Question("values", model, column, column, "", "", 0)
                    case = Case(each.now, world, ASKED, "system", subject, question)
                    got = _by_raw_sql(case, each.number)
                    asked += 1
                    shown += got is not None
                    assert _kept(case, got), (each.number, subject, model, column, got)
    assert asked >= 3_000
    assert shown >= 1_000


def _by_raw_sql(case: Case, number: int) -> set[int] | None:
    """The keys of the rows whose column is shown; None = refused."""
    meta = case.model._meta
    field: Any = meta.get_field(case.column)
    acting = (case.context.subject or "visitor:0").replace("'", "''")
    statement = (
        f'SAVEPOINT asked; SET LOCAL ROLE "{purpose_role(ROLES, _of(number))}";'
        f" SET LOCAL upheld.subject = '{acting}';"
        f' SELECT "{meta.pk.column}", "{field.column}" FROM "{meta.db_table}"'
    )
    cursor = psycopg.Cursor(connection.connection)
    try:
        cursor.execute(statement.encode())
        while cursor.nextset():
            pass
        return {key for key, _ in cursor.fetchall()}
    except psycopg.errors.InsufficientPrivilege:
        return None
    finally:
        cursor.execute(b"ROLLBACK TO SAVEPOINT asked")


def _kept(case: Case, got: set[int] | None) -> bool:
    """Whether no column and no row was shown that the meaning hides, and none is missing."""
    label = case.bound().label
    seen = case.outcome("read") in READABLE or case.outcome("match") in READABLE
    if got is None:
        return not seen
    if not seen and (label, case.column) not in LED_BY:
        return False
    try:
        return got == case.keys()
    except RefusedError:
        return got == set()
