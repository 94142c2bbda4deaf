"""The way out: one connection that many mails go down."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.smtp import EmailBackend as Smtp

from upheld.conf import conf
from upheld.mail.prepared import Carried, Prepared

GATE = "upheld.mail.backend.Gate"
_instead: list[str] = []


class Way:
    """One open connection."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def hand(self, mail: Prepared) -> None:
        """Hand one mail over. Raises what smtplib raises, unchanged, or `OSError`."""
        if isinstance(self._connection, Smtp):
            if self._connection.connection is None:
                self._connection.open()
            smtp: Any = self._connection.connection
            smtp.sendmail(mail.sender, [mail.recipient], bytes(mail))
        else:
            self._connection.send_messages([Carried.of(mail)])


@contextmanager
def transport() -> Iterator[Way]:
    """Open the real transport for as many mails as the block hands over."""
    with plain() as connection:
        yield Way(connection)


@contextmanager
def plain() -> Iterator[Any]:
    """Yield the real backend itself, for what leaves as it was written (observe mode)."""
    connection = get_connection(_backend(), fail_silently=False)
    connection.open()
    try:
        yield connection
    finally:
        connection.close()


@contextmanager
def carried_by(backend: str) -> Iterator[None]:
    """Use another backend instead of the real transport in the whole process, for tests and
    probes: what was decided goes there."""
    _instead.append(backend)
    try:
        yield
    finally:
        _instead.remove(backend)


def _backend() -> str:
    chosen = str(settings.EMAIL_BACKEND)
    if chosen != GATE:  # a project that was given another backend (its test runner's) keeps it
        return chosen
    return _instead[-1] if _instead else conf().MAIL_TRANSPORT
