"""The gate: Django's mail goes through here, so no code can send past the classes.

`EMAIL_BACKEND = "upheld.mail.backend.Gate"`; what it lets through leaves by
`UPHELD["MAIL_TRANSPORT"]`. In observe mode a mail that would be refused is reported and leaves
as it was written.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from upheld.conf import conf
from upheld.context import current
from upheld.errors import MailError, UpheldError
from upheld.guard.record import record
from upheld.mail import carrying
from upheld.mail.classing import Classed, class_in_force
from upheld.mail.sending import send

_log = logging.getLogger(__name__)


class Gate(BaseEmailBackend):
    """A Django mail backend that refuses what its class does not allow."""

    def __init__(self, fail_silently: bool = False, **_: Any) -> None:
        # Hosts and passwords given here would name another way out; there is one.
        super().__init__(fail_silently=fail_silently)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Send each mail; returns how many left. Raises `MailError` for the first refused."""
        return sum(self._one(message) for message in email_messages)

    def _one(self, message: EmailMessage) -> int:
        if not message.recipients():
            return 0
        try:
            said = _said_of(message)
            for each in _one_each(message, said):
                send(
                    each,
                    klass=said.klass,
                    subject=said.subject,
                    purpose=said.purpose,
                    topic=said.topic,
                )
        except UpheldError as refusal:
            return self._refused(message, refusal)
        except OSError:
            if not self.fail_silently:
                raise
            return 0
        return 1

    def _refused(self, message: EmailMessage, refusal: UpheldError) -> int:
        observing = conf().MODE == "observe"
        reason = refusal.reason if isinstance(refusal, MailError) else refusal.code
        record(current(), "mail", "write", reason or "mail", enforced=not observing)
        if observing:
            with carrying.plain() as backend:
                return int(backend.send_messages([message]) or 0)
        if not self.fail_silently:
            raise refusal
        _log.error("a mail was refused: %s", refusal)
        return 0


def _said_of(message: EmailMessage) -> Classed:
    klass = getattr(message, "upheld_class", "")
    if isinstance(klass, Classed):
        return klass
    return Classed(str(klass)) if klass else class_in_force()


def _one_each(message: EmailMessage, said: Classed) -> list[EmailMessage]:
    """Split what Django addresses to several of the house's own (`mail_admins`)."""
    house = {address for _, address in (*settings.ADMINS, *settings.MANAGERS)}
    if len(message.to) < 2 or message.cc or message.bcc or not set(message.to) <= house:
        return [message]
    found = []
    for address in message.to:
        each = _copied(message)
        each.to = [address]
        found.append(each)
    return found


def _copied(message: EmailMessage) -> EmailMessage:
    made = type(message).__new__(type(message))
    made.__dict__.update(message.__dict__)
    return made
