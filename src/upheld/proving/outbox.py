"""Mail during a probe: kept in memory, where the probe can read it, and never sent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core import mail
from django.core.mail import EmailMessage
from django.test import override_settings

from upheld.mail.carrying import GATE, carried_by

IN_MEMORY = "django.core.mail.backends.locmem.EmailBackend"


@contextmanager
def no_mail_leaves() -> Iterator[list[EmailMessage]]:
    """Collect what the block sends into a list, which is also `mail.outbox`."""
    before = getattr(mail, "outbox", None)
    caught: list[EmailMessage] = []
    with _in_memory():
        mail.outbox = caught
        try:
            yield caught
        finally:
            if before is None:
                del mail.outbox
            else:
                mail.outbox = before


@contextmanager
def _in_memory() -> Iterator[None]:
    """Behind the gate where the site has one, so that a probe meets it."""
    if settings.EMAIL_BACKEND == GATE:
        with carried_by(IN_MEMORY):
            yield
    else:
        with override_settings(EMAIL_BACKEND=IN_MEMORY):
            yield


def caught() -> list[EmailMessage]:
    """What the running probe's code has sent so far."""
    found: list[EmailMessage] = getattr(mail, "outbox", [])
    return found
