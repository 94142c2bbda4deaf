"""How bytes get to a recipient: one module a way, all with the same two calls."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal, Protocol

from upheld.disclosure.endpoints import Endpoint
from upheld.errors import ConfigurationError

Outcome = Literal["taken", "done", "refused", "later"]
"""taken = the recipient has it; done = and did what it asks; refused = it never will;
later = try again."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `text` is shown to staff, at most 255 characters."""

    outcome: Outcome
    text: str = ""


class Way(Protocol):
    """One way to one recipient."""

    def send(self, name: str, content: bytes, *, key: str, kind: str) -> Answer:
        """Send `content` once for `key`: a repeated key is the same delivery again.

        `name` is a file name, `kind` a media type. A failure on the way is an answer
        `later`, never an exception.
        """

    def answered(self, key: str) -> Answer | None:
        """Ask whether an earlier notice was carried out; None = not yet."""


@dataclass(frozen=True, slots=True)
class Caught:
    """One delivery that a stand-in kept instead of sending it."""

    recipient: str
    name: str
    content: bytes
    key: str


class Keeper:
    """A way that sends nothing and keeps what it was given."""

    def __init__(self, recipient: str, kept: list[Caught]) -> None:
        self._recipient = recipient
        self._kept = kept

    def send(self, name: str, content: bytes, *, key: str, kind: str) -> Answer:
        self._kept.append(Caught(self._recipient, name, content, key))
        return Answer("done", "kept here, not sent")

    def answered(self, key: str) -> Answer | None:
        return Answer("done", "kept here, not sent")


_kept: ContextVar[list[Caught] | None] = ContextVar("upheld_ways_kept", default=None)


@contextmanager
def nothing_sent() -> Iterator[list[Caught]]:
    """Keep every delivery of the block in a list instead of sending it, e.g. in a probe."""
    kept: list[Caught] = []
    token = _kept.set(kept)
    try:
        yield kept
    finally:
        _kept.reset(token)


def kept() -> list[Caught]:
    """What the block around has kept so far; empty outside of one."""
    return _kept.get() or []


def way_to(endpoint: Endpoint) -> Way:
    """Return the way to a recipient. Raises `ConfigurationError` for `call`, which only the
    site's own code can make."""
    from upheld.disclosure.ways.file import Folder
    from upheld.disclosure.ways.http import Http
    from upheld.disclosure.ways.sftp import Sftp

    keeping = _kept.get()
    if keeping is not None:
        return Keeper(endpoint.recipient, keeping)
    if endpoint.way == "http":
        return Http(endpoint)
    if endpoint.way == "sftp":
        return Sftp(endpoint)
    if endpoint.way == "file":
        return Folder(endpoint)
    raise ConfigurationError(
        f"`{endpoint.recipient}` is reached by calls of the site alone",
        hint="feeds and notices need `http`, `sftp` or `file`",
    )
