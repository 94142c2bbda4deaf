"""OpenTelemetry's spans of requests and statements."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from opentelemetry.instrumentation.django import DjangoInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import Status, StatusCode

from tests.guard.conftest import Clinic, as_
from upheld.guard.spans import RedactingExporter, cleaned

HELD = ("ann@mail.example", "vermilion", "Mozilla", "10.1.2.3", "Ann Lee")


@pytest.fixture
def spans() -> Iterator[tuple[InMemorySpanExporter, InMemorySpanExporter]]:
    """Django's instrumentation, exported plainly and through the redacting exporter."""
    plain, clean = InMemorySpanExporter(), InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(plain))
    provider.add_span_processor(SimpleSpanProcessor(RedactingExporter(clean)))
    instrumentor = DjangoInstrumentor()
    instrumentor.instrument(tracer_provider=provider)
    yield plain, clean
    instrumentor.uninstrument()
    provider.shutdown()


def everything(exporter: InMemorySpanExporter) -> str:
    return "\n".join(span.to_json() for span in exporter.get_finished_spans())


def test_requests(clinic: Clinic, spans: tuple[InMemorySpanExporter, InMemorySpanExporter]) -> None:
    client = Client(raise_request_exception=False)
    with as_("upkeep"):
        client.force_login(clinic.ann)
    client.get("/me/?mail=ann@mail.example&x=vermilion", HTTP_USER_AGENT="Mozilla",
               REMOTE_ADDR="10.1.2.3")  # fmt: skip
    client.post("/sign-in/", {"password": "vermilion"})
    plain, clean = map(everything, spans)
    assert "me/" in clean
    assert "exception" in clean
    assert "GET" in clean
    for value in HELD:
        assert value not in clean, value
    assert "Mozilla" in plain


def test_statements_and_texts(
    spans: tuple[InMemorySpanExporter, InMemorySpanExporter],
) -> None:
    provider = TracerProvider()
    out = InMemorySpanExporter()
    exporter = RedactingExporter(out)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    with provider.get_tracer("driver").start_as_current_span("SELECT") as span:
        span.set_attribute("db.statement", "SELECT 1 FROM t WHERE name = 'Ann Lee'")
        span.set_attribute("db.query.parameter.0", "Ann Lee")
        span.set_attribute("url.full", "https://shop.example/x?mail=ann@mail.example")
        span.set_attribute("enduser.id", "ann@mail.example")
        span.add_event("mail to ann@mail.example", {"exception.message": "no ann@mail.example"})
        span.set_status(Status(StatusCode.ERROR, "no ann@mail.example"))
    assert exporter.force_flush()
    text = everything(out)
    for value in HELD:
        assert value not in text
    assert "SELECT 1 FROM t WHERE name = '…'" in out.get_finished_spans()[0].attributes.values()  # type: ignore[union-attr]  # set above
    exporter.shutdown()


def test_attributes_of_other_types_stay() -> None:
    assert cleaned({"n": 1, "ok": True, "names": ("a", "x@y.example")}) == {
        "n": 1, "ok": True, "names": ("a", "…@…"),
    }  # fmt: skip
    assert cleaned(None) == {}
