"""What campaigns ask of the mail room: who may be mailed, a message made ready, the way out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.core.mail import EmailMessage, get_connection

from upheld import consent


def refused(
    people: Mapping[str, str], *, klass: str, purpose: str, topic: str = "", using: str
) -> dict[str, str]:
    yes = consent.allowing(list(people), purpose, topic, using=using)
    out = consent.suppressed(people.values(), using=using)
    found = {s: "consent" for s in people if s not in yes}
    found.update({s: "suppressed" for s, a in people.items() if a in out})
    return found


def prepare(message: EmailMessage, **_: Any) -> bytes:
    return message.message().as_bytes(linesep="\r\n")


class _Way:
    def __init__(self, connection: Any) -> None:
        self.connection = connection

    def hand(self, data: bytes, sender: str, recipient: str) -> None:
        from email import message_from_bytes

        smtp = getattr(self.connection, "connection", None)
        if smtp is not None:
            smtp.sendmail(sender, [recipient], data)
            return
        parsed = message_from_bytes(data)
        mail = EmailMessage(parsed["subject"], data.decode(), sender, [recipient])
        self.connection.send_messages([mail])


@contextmanager
def transport() -> Iterator[_Way]:
    connection = get_connection()
    connection.open()
    try:
        yield _Way(connection)
    finally:
        connection.close()
