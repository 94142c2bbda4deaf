"""clamd over its INSTREAM protocol. No answer is never `clean`."""

from __future__ import annotations

import socket
import struct
from dataclasses import dataclass
from typing import Literal

from upheld.conf import conf
from upheld.disclosure.outside import opened

SECONDS = 30.0
_CHUNK = 64 * 1024
_LONGEST_ANSWER = 4096


@dataclass(frozen=True, slots=True)
class Verdict:
    """unknown = there is no scanner, or it could not say; `what` names what was found."""

    result: Literal["clean", "found", "unknown"]
    what: str = ""


def scan(data: bytes, *, address: str | None = None) -> Verdict:
    """Ask clamd at `address` (default: the setting `CLAMD`) about `data`."""
    where = conf().CLAMD if address is None else address
    if not where:
        return Verdict("unknown", "there is no scanner")
    try:
        with _connected(where) as link:
            link.sendall(b"zINSTREAM\0")
            for at in range(0, len(data), _CHUNK):
                part = data[at : at + _CHUNK]
                link.sendall(struct.pack("!I", len(part)) + part)
            link.sendall(struct.pack("!I", 0))
            return _read(_answer(link))
    except (OSError, ValueError) as error:
        return Verdict("unknown", f"the scanner does not answer: {type(error).__name__}")


def _connected(where: str) -> socket.socket:
    if where.startswith("/"):
        link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        link.settimeout(SECONDS)
        try:
            link.connect(where)
        except OSError:
            link.close()
            raise
        return link
    host, _, port = where.rpartition(":")
    # A scanner is part of the house; every other connection goes through the gate.
    with opened(host, int(port)):
        return socket.create_connection((host, int(port)), timeout=SECONDS)


def _answer(link: socket.socket) -> str:
    got = b""
    while not got.endswith(b"\0") and len(got) < _LONGEST_ANSWER:
        part = link.recv(1024)
        if not part:
            break
        got += part
    if not got.endswith(b"\0"):
        # A line that was cut may be the start of another one.
        raise ValueError("the answer has no end")
    return got.rstrip(b"\0").decode("utf-8", "replace").strip()


def _read(answer: str) -> Verdict:
    if answer == "stream: OK":
        return Verdict("clean")
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        return Verdict("found", answer.removeprefix("stream: ").removesuffix(" FOUND"))
    return Verdict("unknown", f"the scanner said `{answer[:80]}`")
