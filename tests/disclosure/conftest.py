"""A practice with a courier: a feed, a policy that names it, and a courier's real HTTP server."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.project.clinic.models import Address, Appointment
from tests.rights.conftest import ENGINE, Person, make_person
from upheld.context import purpose
from upheld.datamap.active import active, override
from upheld.disclosure.feeds import Feed, _registered, register
from upheld.policy.types import Recipient

COURIER = Recipient(
    id="courier",
    purposes=("order_fulfilment",),
    gets=("name.legal", "address.delivery"),
    name="The courier",
    where="US",
    contract="C-7",
    says=("why-address",),
)
VISITS = Feed(
    id="visits",
    recipient="courier",
    purpose="order_fulfilment",
    model="clinic.Appointment",
    fields={"name": "patient__name", "street": "address__line1", "country": "address__country"},
)


@dataclass
class Courier:
    """What the courier's server got, and what it answers with."""

    url: str = ""
    status: int = 200
    bodies: list[Any] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)


class _Handler(BaseHTTPRequestHandler):
    courier: Courier

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.courier.bodies.append(json.loads(body))
        self.courier.headers.append({k.lower(): v for k, v in self.headers.items()})
        self.send_response(self.courier.status)
        if self.courier.status == 307:
            self.send_header("Location", "/elsewhere")
        self.end_headers()
        self.wfile.write(b"thanks")

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing in a test run."""


@pytest.fixture
def courier() -> Iterator[Courier]:
    known = Courier()
    handler = type("Handler", (_Handler,), {"courier": known})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    known.url = f"http://127.0.0.1:{server.server_address[1]}/in"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield known
    server.shutdown()
    server.server_close()


@pytest.fixture
def reached(settings: Any, courier: Courier, tmp_path: Path) -> Courier:
    """The settings know the courier's address and its token."""
    token = tmp_path / "token"
    token.write_text("courier-token\n")
    at_courier = {"way": "http", "at": courier.url, "key": str(token)}
    settings.UPHELD = {**settings.UPHELD, "RECIPIENTS": {"courier": at_courier}}
    return courier


@pytest.fixture
def rules(db: None, reached: Courier) -> Iterator[None]:
    """The policy names the courier, and the feed is known."""
    register(VISITS)
    with given(COURIER):
        yield
    _registered.pop(VISITS.id, None)


def given(*recipients: Recipient) -> Any:
    """Govern with these recipients in the block."""
    named = {recipient.id: recipient for recipient in recipients}
    return override(policy=replace(active().policy, recipients=named))


@pytest.fixture
def visit(rules: None) -> tuple[Person, Appointment]:
    """One person with one appointment at their address."""
    person = make_person("Wren")
    with purpose("rights", actor=ENGINE, subject=person.subject):
        address = Address.objects.create(line1="4 Quarry Lane", postcode="30303")
        appointment = Appointment.objects.create(
            patient=person.patient, address=address, reason="fitting"
        )
    return person, appointment
