"""The one write of a request: one statement, and which of them wait for the disk."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from upheld import journal
from upheld.journal import Event
from upheld.journal.inbox import put
from upheld.journal.models import Inbox

POSTGRESQL = settings.DATABASES["default"]["ENGINE"].endswith("postgresql")
UNTIMED = {**settings.UPHELD, "SEQUENCE_EVERY": 0}


def note(*kinds: str) -> None:
    for number, kind in enumerate(kinds):
        journal.note(Event(kind, model=f"order.Order{number}"))  # type: ignore[arg-type]


def flushed() -> list[str]:
    """The statements of a flush."""
    with override_settings(UPHELD=UNTIMED), CaptureQueriesContext(connection) as statements:
        journal.flush()
    return [statement["sql"] for statement in statements]


def hasty(statement: str) -> bool:
    return "set_config" in statement  # texts in it are left out of logs


@pytest.mark.django_db(transaction=True)
def test_a_request_writes_its_events_in_one_statement() -> None:
    note("read", "read", "read")
    (statement,) = flushed()
    assert statement.startswith("INSERT")
    assert hasty(statement) == POSTGRESQL
    assert Inbox.objects.count() == 3


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["write", "refusal", "break_glass", "disclosure"])
def test_other_kinds_wait_for_the_disk_and_the_reads_with_them(kind: str) -> None:
    note("read", kind)
    (statement,) = flushed()
    assert not hasty(statement)
    assert Inbox.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_site_may_wait_for_reads_too() -> None:
    note("read")
    waiting: dict[str, Any] = {**UNTIMED, "READS_WAIT_FOR_DISK": True}
    with override_settings(UPHELD=waiting), CaptureQueriesContext(connection) as statements:
        journal.flush()
    (statement,) = statements
    assert not hasty(statement["sql"])


@pytest.mark.django_db(transaction=True)
def test_a_transaction_around_waits_as_it_always_does() -> None:
    with transaction.atomic():
        note("read")
        statements = flushed()
        assert not any(map(hasty, statements))
        transaction.set_rollback(True)
    assert not Inbox.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_events_written_at_once_wait() -> None:
    with CaptureQueriesContext(connection) as statements:
        journal.write_now(Event("read"))
    assert not any(hasty(statement["sql"]) for statement in statements)


@pytest.mark.django_db(transaction=True)
def test_the_next_statement_waits_again() -> None:
    name, on = ("synchronous_commit", "on") if POSTGRESQL else ("synchronous", "FULL")
    verb = "" if POSTGRESQL else "PRAGMA "
    with connection.gate.trusting(), connection.cursor() as cursor:

        def setting() -> Any:
            return cursor.execute(f"{verb or 'SHOW '}{name}").fetchone()

        before = setting()
        cursor.execute(f"{verb or 'SET '}{name} = {on}")
        waits = setting()
        note("read")
        flushed()
        assert setting() == waits
        cursor.execute(f"{verb or 'SET '}{name} = {before[0]}")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("count", [0, 1, 299, 300, 301, 901])
def test_any_number_of_events_once_each(count: int) -> None:
    rows = [(f"{number:032x}", f"leaf {number} with %s") for number in range(count)]
    put(rows, using="default", hasty=True)
    put(rows, using="default")
    stored = Inbox.objects.order_by("id").values_list("event", "text")
    assert list(stored) == rows
