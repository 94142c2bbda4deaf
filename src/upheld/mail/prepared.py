"""A mail that was decided: its last form, in bytes, with the envelope it travels in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.mail import EmailMessage, EmailMultiAlternatives


@dataclass(frozen=True, slots=True)
class Record:
    """What is noted of a mail: no text and no address, only the digest `to`."""

    mark: str
    subject: str
    klass: str
    kind: str
    purpose: str
    topic: str
    to: str


class Prepared(bytes):
    r"""The bytes of one mail, lines ended by `\r\n`, exactly as they were signed.

    `sender` is the envelope's sender (the return path), `recipient` the bare address it goes
    to, `composed` the Django message it was made from, `record` what is noted of it.
    """

    sender: str
    recipient: str
    composed: EmailMessage
    record: Record

    @classmethod
    def of(
        cls, data: bytes, *, sender: str, recipient: str, composed: EmailMessage, record: Record
    ) -> Prepared:
        """Return the bytes with what belongs to them."""
        made = cls(data)
        made.sender, made.recipient = sender, recipient
        made.composed, made.record = composed, record
        return made


class Wire:
    """Finished bytes in the shape in which Django's backends ask for a message."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def as_bytes(self, unixfrom: bool = False, linesep: str = "\n") -> bytes:
        r"""Return the mail; with `\r\n` exactly what was signed."""
        return self._data if linesep == "\r\n" else self._data.replace(b"\r\n", b"\n")

    def as_string(self, unixfrom: bool = False, linesep: str = "\n") -> str:
        """Return the mail as text."""
        return self.as_bytes(linesep=linesep).decode("utf-8", "replace")

    def get_charset(self) -> None:
        """Say nothing: the bytes are final."""


class Carried(EmailMultiAlternatives):
    """A prepared mail for backends that take Django's messages: files, memory."""

    wire: bytes

    @classmethod
    def of(cls, prepared: Prepared) -> Carried:
        """Return the message of prepared bytes."""
        made = cls()
        made.__dict__.update(prepared.composed.__dict__)
        made.from_email, made.wire = prepared.sender, bytes(prepared)
        return made

    def message(self, **_: Any) -> Any:
        """Return the finished mail. It is never built anew: the signature covers it."""
        return Wire(self.wire)
