"""The provider as an HTTP server: reads a request, asks each door in turn."""

from __future__ import annotations

import sys
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from sites.provider import connect_wire, control, hosted_page, stripe_wire
from sites.provider.account import Account
from sites.provider.exchange import Answer, Request
from sites.provider.ledger import Ledger
from sites.provider.notices import Courier
from sites.provider.till import Till

_DOORS: tuple[Callable[[Till, Request], Answer | None], ...] = (
    stripe_wire.answer,
    connect_wire.answer,
    hosted_page.answer,
    control.answer,
)
LARGEST = 64 * 1024
"""Bytes of a request body that are read; more is refused."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "provider"
    sys_version = ""
    server: _Server

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > LARGEST:
            self.close_connection = True
            self._send(Answer(413, b"too large", "text/plain"))
            return
        request = Request(
            method=self.command,
            path=urlsplit(self.path).path,
            target=self.path,
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(length),
        )
        if request.path == "/healthz":
            self._send(Answer(200, b"ok", "text/plain"))
            return
        for door in _DOORS:
            answer = door(self.server.till, request)
            if answer is not None:
                self._send(answer)
                return
        self._send(Answer(404, b"not found", "text/plain"))

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    do_GET = do_POST = do_DELETE = _answer

    def log_message(self, format: str, *args: object) -> None:
        """Log the request line alone; bodies, where cards are, never."""
        sys.stderr.write(f"provider: {format % args}\n")


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
    till: Till


class Provider:
    """A running provider: `start()`, `serve()`, `stop()`; `url` is where it listens."""

    def __init__(self, account: Account, ledger: Ledger, *, shop: str, port: int = 0) -> None:
        self.courier = Courier(ledger, account, shop)
        self._server = _Server(("127.0.0.1", port), _Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._server.till = Till(ledger, account, self.courier, self.url)

    def serve(self) -> None:
        """Deliver notifications and answer requests until stopped."""
        self.courier.start()
        self._server.serve_forever(poll_interval=0.1)

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self.courier.stop()
