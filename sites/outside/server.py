"""An outside origin: serves what it has, and notes whoever asked for what."""

from __future__ import annotations

import json
import threading
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Content = dict[str, tuple[str, bytes]]
"""Path -> (content type, body)."""
MOST = 10_000
"""Requests that are remembered; older ones are forgotten."""
_BOOK = "/seen"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "outside"
    sys_version = ""
    server: _Server

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == _BOOK:
            self._send(200, "application/json", json.dumps(list(self.server.seen)).encode())
        elif path == "/healthz":
            self._send(200, "text/plain", b"ok")
        else:
            self._note()
            kind, body = self.server.content.get(path, ("text/plain", b"not found"))
            self._send(200 if path in self.server.content else 404, kind, body, marks=True)

    def do_DELETE(self) -> None:
        """`DELETE /seen` begins a new book."""
        self.server.seen.clear()
        self._send(200, "text/plain", b"forgotten")

    def _note(self) -> None:
        said = {name: self.headers[name] or "" for name in ("Referer", "Cookie", "Origin")}
        self.server.seen.append({"path": self.path, **said})

    def _send(self, status: int, kind: str, body: bytes, *, marks: bool = False) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Cache-Control", "no-store")
        if marks:
            self.send_header("Set-Cookie", "outside_id=1; Max-Age=31536000; Path=/")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """The book is the log."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    content: Content
    seen: deque[dict[str, str]]


class Origin:
    """A running origin: `serve()`, or `start()` and `stop()`; `url` leads to it."""

    def __init__(self, content: Content, *, host: str = "127.0.0.2", port: int = 0) -> None:
        self._server = _Server((host, port), _Handler)
        self._server.content = content
        self._server.seen = deque(maxlen=MOST)
        self.url = f"http://{host}:{self._server.server_address[1]}"

    @property
    def seen(self) -> list[dict[str, str]]:
        """What was asked for, oldest first: path, referrer, cookies, origin."""
        return list(self._server.seen)

    def forget(self) -> None:
        """Begin a new book."""
        self._server.seen.clear()

    def serve(self) -> None:
        """Serve until the process ends."""
        self._server.serve_forever()

    def start(self) -> Origin:
        """Serve from a thread."""
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
