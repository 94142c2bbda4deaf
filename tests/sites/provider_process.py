"""Driving the provider as a person (the hosted page) and as its operator (control doors)."""

from __future__ import annotations

import json
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any

from sites.provider.account import Account, account_at

GOOD, CHALLENGED = "4242 4242 4242 4242", "4000 0000 0000 3220"
DECLINED, POOR, EXPIRED = "4000000000000002", "4000 0000 0000 9995", "4000-0000-0000-0069"


@dataclass(frozen=True)
class Page:
    """An answer of the hosted page; `away` is where it sends the browser."""

    status: int
    text: str
    away: str
    headers: dict[str, str]


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


@dataclass(frozen=True)
class ProviderProcess:
    """A running provider at `url`, its state in `state`."""

    url: str
    state: Path

    @property
    def account(self) -> Account:
        return account_at(self.state / "account.json")

    def control(self, what: str, **order: Any) -> Any:
        """Use a control door; returns its JSON."""
        request = urllib.request.Request(
            f"{self.url}/control/{what}",
            data=json.dumps(order).encode(),
            headers={"Authorization": f"Bearer {self.account.control_key}"},
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)

    def visit(self, url: str, **form: str) -> Page:
        """Open a hosted page, or post a form to it."""
        data = urllib.parse.urlencode(form).encode() if form else None
        try:
            answer = urllib.request.build_opener(_Stay).open(url, data, timeout=20)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            return Page(
                answer.status,
                answer.read().decode(),
                answer.headers.get("Location", ""),
                dict(answer.headers),
            )

    def type_card(
        self, url: str, number: str = GOOD, expiry: str = "12/39", code: str = "123"
    ) -> Page:
        """Type a card into a hosted page."""
        return self.visit(url, number=number, expiry=expiry, code=code)

    def leave(self, url: str) -> Page:
        """Press "back to the shop without paying"."""
        return self.visit(f"{url}leave/", go="1")


@dataclass(frozen=True)
class Letter:
    """One notification as it came in."""

    wire: str
    body: bytes
    headers: dict[str, str]

    @property
    def kind(self) -> str:
        return str(json.loads(self.body)["type"])


class Inbox:
    """A small HTTP server that keeps what is posted to it."""

    def __init__(self, answers: tuple[int, ...] = ()) -> None:
        self.letters: list[Letter] = []
        self._answers = list(answers)
        inbox = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                wire = self.path.strip("/").rsplit("/", 1)[1]
                status = inbox._answers.pop(0) if inbox._answers else 204
                inbox.letters.append(Letter(wire, body, dict(self.headers)))
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                return None

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Inbox:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def wait(self, count: int, seconds: float = 15) -> list[Letter]:
        """Return the letters once there are `count`."""
        end = time.monotonic() + seconds
        while len(self.letters) < count:
            assert time.monotonic() < end, f"{len(self.letters)} of {count} notifications came"
            time.sleep(0.02)
        return list(self.letters)
