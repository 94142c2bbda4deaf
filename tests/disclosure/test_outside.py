"""Connections that do not go through the gate, by whatever library."""

from __future__ import annotations

import asyncio
import http.client
import socket
import threading
import urllib.request
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.disclosure.conftest import COURIER, Courier, given
from tests.rights.conftest import ENGINE
from upheld.context import purpose
from upheld.disclosure import outside
from upheld.disclosure.gate import asking, sending
from upheld.disclosure.models import HandOver
from upheld.errors import DisclosureRefused
from upheld.guard.record import take


def _port(url: str) -> int:
    port = urlsplit(url).port
    assert port is not None
    return port


def _by_socket(url: str) -> None:
    socket.create_connection(("127.0.0.1", _port(url)), timeout=5).close()


def _by_datagram(url: str) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        out.sendto(b"name", ("127.0.0.1", _port(url)))


def _by_http_client(url: str) -> None:
    http.client.HTTPConnection("127.0.0.1", _port(url), timeout=5).request("POST", "/in", b"[]")


def _by_urllib(url: str) -> None:
    urllib.request.urlopen(url, data=b"[]", timeout=5).close()


def _by_httpx(url: str) -> None:
    httpx.post(url, content=b"[]", trust_env=False)


def _by_asyncio(url: str) -> None:
    async def connect() -> None:
        _, writer = await asyncio.open_connection("127.0.0.1", _port(url))
        writer.close()

    asyncio.run(connect())


def _by_name(url: str) -> None:
    socket.getaddrinfo("collector.example", 443)


WAYS: list[Callable[[str], None]] = [
    _by_socket,
    _by_datagram,
    _by_http_client,
    _by_urllib,
    _by_httpx,
    _by_asyncio,
    _by_name,
]


@pytest.mark.parametrize("way", WAYS)
def test_code_with_a_purpose_reaches_nobody(way: Callable[[str], None], courier: Courier) -> None:
    with purpose("order_fulfilment", actor=ENGINE), pytest.raises(DisclosureRefused) as refusal:
        way(courier.url)
    assert refusal.value.hint == (
        "send data with `upheld.disclosure`, or name the service in "
        '`UPHELD["OUTSIDE"]` with the reason why no personal data go there'
    )
    assert courier.bodies == []


def test_a_thread_without_a_purpose_is_stopped_where_it_counts_everywhere(
    settings: Any, courier: Courier
) -> None:
    settings.UPHELD = {**settings.UPHELD, "OUTBOUND": "everywhere"}
    caught: list[BaseException] = []

    def run() -> None:
        try:
            _by_urllib(courier.url)
        except DisclosureRefused as refusal:
            caught.append(refusal)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert len(caught) == 1
    assert courier.bodies == []


def test_off_lets_everything_through(settings: Any, courier: Courier) -> None:
    settings.UPHELD = {**settings.UPHELD, "OUTBOUND": "off"}
    with purpose("order_fulfilment", actor=ENGINE):
        _by_urllib(courier.url)
    assert courier.bodies == [[]]


def test_a_named_service_is_reached(settings: Any, courier: Courier) -> None:
    named = {f"127.0.0.1:{_port(courier.url)}": "the mail server"}
    settings.UPHELD = {**settings.UPHELD, "OUTSIDE": named}
    with purpose("order_fulfilment", actor=ENGINE):
        _by_urllib(courier.url)
    assert courier.bodies == [[]]


def test_the_open_gate_leads_to_one_address(courier: Courier) -> None:
    with (
        purpose("order_fulfilment", actor=ENGINE),
        outside.opened("localhost", 9),
        pytest.raises(DisclosureRefused),
    ):
        _by_urllib(courier.url)
    with (
        purpose("order_fulfilment", actor=ENGINE),
        outside.opened("localhost", _port(courier.url)),
    ):
        _by_urllib(courier.url)
    assert courier.bodies == [[]]


def test_a_call_is_written_down_and_let_out(rules: None, reached: Courier) -> None:
    with (
        purpose("order_fulfilment", actor=ENGINE),
        sending(
            "courier",
            purpose="order_fulfilment",
            categories=["name.legal"],
            subjects=["member:7"],
        ),
    ):
        _by_urllib(reached.url)
    over = HandOver.objects.get()
    assert (over.state, over.way, over.categories, over.rows) == ("sent", "call", ["name.legal"], 1)
    assert over.handed.get().subject == "member:7"


def test_a_call_that_fails_leaves_its_record(rules: None, reached: Courier) -> None:
    with (
        pytest.raises(OSError, match="the line is dead"),
        sending("courier", purpose="order_fulfilment", categories=["name.legal"]),
    ):
        raise OSError("the line is dead")
    assert HandOver.objects.get().state == "failed"


def test_a_call_with_one_category_more_is_refused(rules: None, reached: Courier) -> None:
    with (
        pytest.raises(DisclosureRefused),
        sending("courier", purpose="order_fulfilment", categories=["contact.email"]),
    ):
        _by_urllib(reached.url)
    assert reached.bodies == []
    assert not HandOver.objects.exists()


def test_asking_needs_a_recipient_the_policy_names(rules: None, reached: Courier) -> None:
    with given(COURIER), purpose("order_fulfilment", actor=ENGINE):
        with asking("courier"):
            _by_urllib(reached.url)
        with pytest.raises(DisclosureRefused), asking("collector", at=reached.url):
            _by_urllib(reached.url)
    assert reached.bodies == [[]]
    assert not HandOver.objects.exists()


def test_observing_lets_a_connection_pass_and_records_it(courier: Courier, settings: Any) -> None:
    settings.UPHELD = {**settings.UPHELD, "MODE": "observe"}
    take()
    with purpose("own", place="parcel-sent"):
        _by_urllib(courier.url)
    assert courier.bodies == [[]]
    refused = {(each.place, each.target, each.reason, each.enforced) for each in take()}
    assert refused == {("parcel-sent", f"127.0.0.1:{_port(courier.url)}", "outbound", False)}
