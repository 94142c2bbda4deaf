"""Queueing mails with the change that causes them and sending them after it.

A mail is queued at most once for each (order, kind, about), in the transaction of the
change. It is claimed, sent, then marked: a process that dies while sending leaves a claim,
which the sweep takes over after a while. So a mail is never lost; in the rare case of a
death between the mail server's answer and the mark, it comes twice.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from sites.appliance_shop.servicemail.letters import letter
from sites.appliance_shop.servicemail.models import Kind, QueuedMail
from upheld import mail as post
from upheld.context import Actor, purpose
from upheld.errors import MailError

MAILER = Actor("system", "system:service-mail")
CLAIM = timedelta(minutes=5)
logger = logging.getLogger("sites.servicemail")


def queue(order: Any, kind: Kind, about: int = 0) -> None:
    """Queue one mail and send it as soon as the transaction is committed."""
    mail, new = QueuedMail.objects.get_or_create(order_id=order.pk, kind=kind, about=about)
    if new:
        transaction.on_commit(lambda: _try(mail.pk), robust=True)


def queue_again(order: Any, kind: Kind, about: int = 0) -> None:
    """Queue a mail that may go out more than once, such as a reminder."""
    QueuedMail.objects.filter(order_id=order.pk, kind=kind, about=about).exclude(
        sent_at=None
    ).delete()
    queue(order, kind, about)


def _try(pk: int) -> None:
    try:
        send(pk)
    except (OSError, MailError) as error:  # SMTP errors are OSErrors; the sweep tries again
        logger.warning("mail %s waits: %s", pk, type(error).__name__)


def send(pk: int) -> bool:
    """Send one queued mail; False when it was sent or is being sent. Raises `OSError`."""
    with purpose("service_mail", actor=MAILER, subject=None, place="servicemail.send"):
        now = timezone.now()
        free = QueuedMail.objects.filter(pk=pk, sent_at=None).filter(
            Q(claimed_at=None) | Q(claimed_at__lt=now - CLAIM)
        )
        if not free.update(claimed_at=now):
            return False
        mail = QueuedMail.objects.select_related(
            "order__user", "order__shipping_address__country"
        ).get(pk=pk)
        message = letter(mail)
        try:
            if message is not None:
                order: Any = mail.order
                buyer = f"member:{order.user_id}" if order.user_id is not None else None
                post.send(message, klass="contract", subject=buyer)
        except (OSError, MailError):
            QueuedMail.objects.filter(pk=pk).update(claimed_at=None)
            raise
        QueuedMail.objects.filter(pk=pk).update(sent_at=timezone.now())
    return True


def send_waiting() -> int:
    """Send every mail that waits and return how many went out."""
    with purpose("service_mail", actor=MAILER, subject=None, place="servicemail.sweep"):
        waiting = list(QueuedMail.objects.filter(sent_at=None).values_list("pk", flat=True))
    sent = 0
    for pk in waiting:
        try:
            sent += send(pk)
        except (OSError, MailError) as error:
            logger.warning("mail %s waits: %s", pk, type(error).__name__)
    return sent
