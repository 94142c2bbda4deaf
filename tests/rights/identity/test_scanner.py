"""A real clamd, and everything that is not one."""

from __future__ import annotations

import socket
import threading

import pytest

from sites.scanner import NAME, PATTERN
from tests.rights.identity.conftest import free_port, picture
from upheld.rights.identity.scanner import scan


def test_a_real_scanner_knows_the_pattern(clamd: str) -> None:
    assert scan(picture(), address=clamd).result == "clean"
    found = scan(PATTERN, address=clamd)
    assert (found.result, found.what) == ("found", f"{NAME}.UNOFFICIAL")


def test_a_pattern_inside_a_large_file_is_found(clamd: str) -> None:
    assert scan(bytes(500_000) + PATTERN + bytes(500_000), address=clamd).result == "found"


@pytest.mark.parametrize("address", ["", f"127.0.0.1:{free_port()}", "/nowhere/clamd.sock", "x:y"])
def test_no_scanner_never_says_clean(address: str) -> None:
    assert scan(picture(), address=address).result == "unknown"


@pytest.mark.parametrize(
    "answer", [b"", b"stream: OK", b"INSTREAM size limit exceeded. ERROR\0", b"stream: O", b"OK\0"]
)
def test_half_an_answer_is_no_answer(answer: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def reply() -> None:
            link, _ = server.accept()
            with link:
                link.recv(65536)
                link.sendall(answer)

        worker = threading.Thread(target=reply)
        worker.start()
        verdict = scan(b"x", address=f"127.0.0.1:{server.getsockname()[1]}")
        worker.join()
    assert verdict.result == "unknown"
