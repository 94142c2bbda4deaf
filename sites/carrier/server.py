"""The carrier as an HTTP server: one door for deliveries and notices."""

from __future__ import annotations

import hmac
import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from sites.carrier.books import Books

LARGEST = 1024 * 1024
"""Bytes of a body that are read; more is refused."""
DOOR = "/consignments"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "carrier"
    sys_version = ""
    server: _Server

    def do_GET(self) -> None:
        if self.path == "/healthz":
            self._send(200, "ok")
        elif self.path == DOOR and self._known():
            self._send(200, self.server.books.all())
        else:
            self._send(404, "not found")

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > LARGEST:
            self.close_connection = True
            self._send(413, "too large")
            return
        body = self.rfile.read(length)
        if self.path != DOOR:
            self._send(404, "not found")
        elif not self._known():
            self._send(401, "no such customer")
        else:
            try:
                self._send(*self._taken(json.loads(body)))
            except (ValueError, KeyError, TypeError):
                self._send(422, "not understood")

    def _taken(self, said: Any) -> tuple[int, Any]:
        books = self.server.books
        if isinstance(said, list):
            fresh = books.take(self.headers["Idempotency-Key"] or "", said)
            return 201 if fresh else 200, {"taken": len(said)}
        if said["notice"] == "erase":
            return 200, {"erased": books.erase(said["references"])}
        if said["notice"] == "correct":
            return 200, {"corrected": books.correct(said["rows"])}
        return 422, "not understood"

    def _known(self) -> bool:
        given = self.headers.get("Authorization") or ""
        return hmac.compare_digest(given.encode(), f"Bearer {self.server.token}".encode())

    def _send(self, status: int, said: Any) -> None:
        plain = isinstance(said, str)
        body = (said if plain else json.dumps(said)).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain" if plain else "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Log the request line alone; bodies, where addresses are, never."""
        sys.stderr.write(f"carrier: {format % args}\n")


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    books: Books
    token: str


class Carrier:
    """A running carrier: `serve()`, `stop()`; `url` takes deliveries and notices."""

    def __init__(self, books: Books, token: str, *, port: int = 0) -> None:
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.books = books
        self._server.token = token
        self.books = books
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}{DOOR}"

    def serve(self) -> None:
        """Answer requests until stopped."""
        self._server.serve_forever(poll_interval=0.1)

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
