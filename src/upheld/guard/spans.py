"""OpenTelemetry: spans go out without values.

    exporter = RedactingExporter(OTLPSpanExporter(...))
    provider.add_span_processor(BatchSpanProcessor(exporter))

Whatever made the span (Django's, a driver's, a client's instrumentation): statements lose
their literals, addresses their query, texts what has a value's shape, and the names of
people who are signed in do not leave.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from upheld.guard.redaction import redacted, without_literals

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import ReadableSpan

_STATEMENTS = frozenset(("db.statement", "db.query.text", "db.operation.parameter"))
_ADDRESSES = frozenset(("http.url", "http.target", "url.full", "http.request.uri"))
_DROPPED = (
    "enduser.", "user.", "client.address", "client.socket", "net.peer.ip", "net.sock.peer.addr",
    "network.peer.address", "http.client_ip", "http.user_agent", "user_agent.", "url.query",
    "http.request.header.", "http.response.header.", "http.request.body", "db.query.parameter",
)  # fmt: skip


def cleaned(attributes: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return a span's attributes without values about people."""
    done: dict[str, Any] = {}
    for name, value in (attributes or {}).items():
        if name.startswith(_DROPPED):
            continue
        done[name] = _clean(name, value)
    return done


def _clean(name: str, value: Any) -> Any:
    if isinstance(value, tuple | list):
        return tuple(_clean(name, each) for each in value)
    if not isinstance(value, str):
        return value
    if name in _STATEMENTS:
        return redacted(without_literals(value))
    if name in _ADDRESSES:
        return redacted(value.partition("?")[0])
    return redacted(value)


class RedactingExporter:
    """A span exporter in front of the real one."""

    def __init__(self, exporter: Any) -> None:
        self._exporter = exporter

    def export(self, spans: Sequence[ReadableSpan]) -> Any:
        """Hand on cleaned copies; the spans themselves stay as they are."""
        return self._exporter.export([_copy(span) for span in spans])

    def shutdown(self) -> None:
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return bool(self._exporter.force_flush(timeout_millis))


def _copy(span: ReadableSpan) -> ReadableSpan:
    # Whoever has spans to export has the package; nobody else needs it.
    from opentelemetry.sdk.trace import Event, ReadableSpan
    from opentelemetry.trace import Status

    events = [
        Event(redacted(event.name), cleaned(event.attributes), event.timestamp)
        for event in span.events
    ]
    status = span.status
    if status.description:
        status = Status(status.status_code, redacted(status.description))
    return ReadableSpan(
        name=redacted(span.name.partition("?")[0]),
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes=cleaned(span.attributes),
        events=events,
        links=span.links,
        kind=span.kind,
        status=status,
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )
