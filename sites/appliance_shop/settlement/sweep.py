"""What must happen even if nobody comes back: look again, give up, carry out, send.

Every step is one order at a time, safe to repeat and safe to kill.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from oscar.core.loading import get_model

from sites.appliance_shop.orders import stock
from sites.appliance_shop.orders.moving import move
from sites.appliance_shop.orders.status import CANCELLED, PENDING
from sites.appliance_shop.servicemail.models import Kind
from sites.appliance_shop.servicemail.queue import queue, send_waiting
from sites.appliance_shop.settlement import refunds
from sites.appliance_shop.settlement.models import Outcome, Payment, Refund
from sites.appliance_shop.settlement.paying import bill_for
from sites.appliance_shop.settlement.settle import SETTLER, look_again, settle
from sites.payments.chosen import provider
from sites.payments.seam import PaymentError, ProviderRefused, Result
from upheld.context import purpose

PATIENCE = timedelta(minutes=35)
"""How long an order waits for its payment; longer than the provider's page stays open."""
logger = logging.getLogger("sites.settlement")


def sweep(patience: timedelta = PATIENCE) -> dict[str, int]:
    """Do one round and return how many of each: looked, given_up, refunds, mails, failed."""
    done = dict.fromkeys(("looked", "given_up", "refunds", "mails", "failed"), 0)
    with purpose("settlement", actor=SETTLER, subject=None):
        for payment in Payment.objects.filter(outcome=Outcome.OPEN).exclude(reference=""):
            done["looked"] += _attempt(done, lambda payment=payment: look_again(payment))
        waiting = get_model("order", "Order").objects.filter(
            status=PENDING, date_placed__lt=timezone.now() - patience
        )
        for order in waiting.only("pk", "number", "status"):
            done["given_up"] += _attempt(done, lambda order=order: give_up(order))
        for refund in Refund.objects.filter(outcome=Outcome.OPEN):
            done["refunds"] += _attempt(done, lambda pk=refund.pk: refunds.carry_out(pk))
    done["mails"] = send_waiting()
    return done


def _attempt(done: dict[str, int], step: Any) -> int:
    try:
        return 0 if step() is False else 1
    except PaymentError as error:
        logger.warning("sweep: %s, next round tries again", type(error).__name__)
        done["failed"] += 1
        return 0


def give_up(order: Any) -> bool:
    """Cancel an unpaid order: close its page, then release its stock.

    The page is closed first. If the provider says that it was paid meanwhile, the order is
    settled instead and this returns False. Raises `ProviderUnreachable`: nothing changed.
    """
    with purpose("settlement", actor=SETTLER, subject=None):
        for payment in order.payments.filter(outcome=Outcome.OPEN):
            _close(order, payment)
        with transaction.atomic():
            locked = (
                get_model("order", "Order")
                .objects.select_for_update(of=("self",))
                .only("pk", "number", "status")
                .get(pk=order.pk)
            )
            order.status = locked.status
            if (
                locked.status != PENDING
                or locked.payments.filter(outcome__in=[Outcome.SUCCESS, Outcome.OPEN]).exists()
            ):
                return False
            stock.release(locked)
            move(locked, CANCELLED)
            queue(locked, Kind.GIVEN_UP)
            order.status = CANCELLED
        return True


def _close(order: Any, payment: Payment) -> None:
    seam = provider(payment.provider)
    if not payment.reference:
        # The shop died around opening the page. The same key finds the page it may have
        # opened, or opens one now, which nobody sees, to be closed at once.
        payment.reference = seam.start(bill_for(order.number, payment)).reference
        Payment.objects.filter(pk=payment.pk, reference="").update(reference=payment.reference)
    seam.cancel(payment.reference)
    try:
        result = seam.result(payment.reference)
    except ProviderRefused:  # a page that the provider does not know takes no money
        logger.error("payment %s: the provider does not know its page", payment.pk)
        result = Result(payment.reference, "failure")
    settle(payment.provider, result)
