"""The log of statements, and whatever else is logged."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest
from django.db import connection
from django.db.backends.utils import CursorDebugWrapper
from django.test.utils import CaptureQueriesContext

from tests.guard.conftest import Clinic, as_
from tests.project.clinic.models import Invoice, Patient
from upheld.guard import raw
from upheld.guard.backends.wrapper import GuardedWrapper
from upheld.guard.logs import Redacting

HELD = ("N-new", "vermilion", "N-bob", "98765")


def ask(clinic: Clinic) -> None:
    with as_("upkeep"):
        Invoice.objects.create(number="N-new", user=clinic.ann, total=98765)
        Patient.objects.filter(colour="vermilion").update(phone="98765")
        Invoice.objects.bulk_update(Invoice.objects.filter(number="N-bob"), ["content"])
        with raw("look by hand"), connection.cursor() as cursor:
            cursor.execute("SELECT id FROM clinic_invoice WHERE number = 'N-bob'")
            cursor.execute("SELECT id FROM clinic_invoice WHERE total = 98765")


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What a handler with the filter writes of everything."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.addFilter(Redacting())
    root, of_django = logging.getLogger(), logging.getLogger("django.db.backends")
    before = of_django.level
    root.addHandler(handler)
    of_django.setLevel(logging.DEBUG)
    yield out
    root.removeHandler(handler)
    of_django.setLevel(before)


def test_statements_are_logged_without_values(
    clinic: Clinic, caplog: pytest.LogCaptureFixture
) -> None:
    with (
        caplog.at_level(logging.DEBUG, "django.db.backends"),
        CaptureQueriesContext(connection) as queries,
    ):
        ask(clinic)
    kept = "\n".join(query["sql"] for query in queries.captured_queries)
    assert "UPDATE" in kept
    assert "clinic_invoice" in kept
    logged = caplog.text + "".join(str(record.__dict__) for record in caplog.records)
    assert "clinic_invoice" in logged
    for value in HELD:
        assert value not in kept
        assert value not in logged


def test_without_the_protection_they_hold_values(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        GuardedWrapper, "make_debug_cursor", lambda self, c: CursorDebugWrapper(c, self)
    )
    with CaptureQueriesContext(connection) as queries:
        ask(clinic)
    assert "vermilion" in "\n".join(query["sql"] for query in queries.captured_queries)


def test_the_filter_cleans_messages_and_tracebacks(written: io.StringIO) -> None:
    log = logging.getLogger("shop")
    log.warning("order %s of %s not sent", "100042", "ann@mail.example")
    try:
        raise ValueError("no account for ann@mail.example")
    except ValueError:
        log.exception("failed for %s", "+49 170 1234567")
    text = written.getvalue()
    assert "order 100042 of …@… not sent" in text
    assert "ValueError: no account for …@…" in text
    assert "ann@" not in text
    assert "1234567" not in text


def test_the_filter_cleans_what_comes_with_a_record(written: io.StringIO) -> None:
    record = logging.LogRecord("x", 30, __file__, 1, "slow", (), None)
    record.sql, record.params = "SELECT 'Ann'", ("Ann",)
    record.stack_info = "by ann@mail.example"
    assert Redacting().filter(record)
    assert (record.sql, repr(record.params)) == ("SELECT '…'", "(1 withheld)")
    assert record.stack_info == "by …@…"


def test_without_the_filter_they_are_written() -> None:
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    logging.getLogger().addHandler(handler)
    logging.getLogger("shop").warning("order of %s", "ann@mail.example")
    logging.getLogger().removeHandler(handler)
    assert "ann@mail.example" in out.getvalue()
